import { claim, is, KiB, MiB, type Claim, type Evidence } from "../../harness/scenario/index.ts";
import { laterWait, laterWaits, SLA } from "./waits.ts";

/** How often `days-after` asks for something. */
export const ASKED = 37;
/** Emergency stops between the calm and the last look: one of each application. */
const STOPS = 4;
/** What stands under the monitor and around it; who is on call is ours. */
const boxes = ["monitor", "vm", "corp-dns", "config", "app01"] as const;

/** That everything the page is for is still done when it is asked for again, and that nothing piles up. */
export function daysAfter(e: Evidence): readonly Claim[] {
  return [
    ...laterWaits.map((kind) => longest(e, kind)),
    stopsNoOther(e),
    claim.never("stays-right", {
      says: "While nothing changes the page is right about every application, all the time",
      times: e.number("wrong looks"),
      lateness: "raises",
      during: e.phase("quiet"),
    }),
    claim.value("page-answers-later", {
      says: "The page answers all the while",
      measured: e.number("slowest later page"),
      unit: "s",
      atMost: SLA,
      during: { from: e.phase("later").from, to: e.phase("once more").from },
    }),
    claim.never("remembers", {
      says: "The next release shows the last known states, though the desk is down",
      times: e.number("states forgotten"),
      lateness: "raises",
      during: e.phase("next release"),
    }),
    ...levels(e),
  ];
}

/** For an early no: the longest of all waits, and the most that was stopped, only grow. */
export const earlyAfter = [
  ...laterWaits.map((kind) => (e: Evidence) => [longest(e, kind)]),
  (e: Evidence) => [stopsNoOther(e)],
];

function stopsNoOther(e: Evidence): Claim {
  return claim.never("stops-no-other", {
    says: "An emergency stop stops this application and no other",
    times: Math.max(...e.observedSeries("others stopped").v),
  });
}

function longest(e: Evidence, kind: keyof typeof laterWait): Claim {
  const all = e.observationsAs(`later ${kind}`, is.number);
  const worst = all.reduce((one, other) => (other.value > one.value ? other : one));
  const { says, atMost } = laterWait[kind];
  return claim.value(`later-${kind}`, {
    says: `${says} within ${atMost} s`,
    measured: worst.value,
    unit: "s",
    atMost,
    during: { from: Math.max(0, worst.t - 1000 * worst.value), to: worst.t },
  });
}

/** That nothing is left behind, in any box, by looking around again and again, nor by a stop. */
function levels(e: Evidence): readonly Claim[] {
  const [calm, quiet] = [e.phase("calm"), e.phase("quiet")];
  const end = { from: quiet.to - (quiet.to - quiet.from) / 3, to: quiet.to };
  /** Surely left: the least at the end above the most in the calm, in the box where it is most. */
  const left = (metric: Metric, of: readonly string[]) =>
    Math.max(...of.map((box) => e.lowest(box, metric, end) - e.highest(box, metric, calm)));
  // Who keeps to the SLA looks around at least that often.
  const rounds = Math.floor((end.from - calm.to) / 1000 / SLA);
  const level = (id: string, what: string, n: number, atMost = rounds) =>
    claim.count(id, { says: `Looking around again and again leaves no ${what} behind`, n, atMost });
  return [
    claim.value("memory-level", {
      says: "No box holds 4 MiB more at the end than before all was asked for again",
      measured: left("anon", boxes),
      unit: "B",
      atMost: 4 * MiB,
    }),
    level("threads-level", "process or thread", left("pids", boxes.slice(0, 4))),
    ...(countsDescriptors(e)
      ? [
          level("descriptors-level", "open descriptor", left("fds", boxes)),
          claim.value("tmpfs-level", {
            says: "No box keeps 256 KiB more in files that are memory",
            measured: left("shmem", boxes),
            unit: "B",
            atMost: 256 * KiB,
          }),
          level("sockets-level", "socket, at either end", left("sockets", [...boxes, "oncall"])),
        ]
      : []),
    claim.count("sessions-end", {
      says: "An emergency stop leaves no session on the host behind",
      n: left("pids", ["app01"]),
      atMost: STOPS - 1,
    }),
  ];
}

type Metric = "anon" | "shmem" | "pids" | "fds" | "sockets";

/** An engine's own statistics tell nothing of them. */
const countsDescriptors = (e: Evidence) =>
  e.series("monitor", "pids").watch?.source.startsWith("cgroup") ?? false;
