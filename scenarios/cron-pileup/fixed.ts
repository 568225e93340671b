import { claim, isOver, KiB, MiB } from "../../harness/scenario/index.ts";
import type { Claim, Evidence, Early } from "../../harness/scenario/index.ts";
import * as look from "./reading.ts";
import { workPerMinute, wrongRows } from "./work.ts";

/** What any right fix does: the work gets done, nothing piles up, and nothing is left. */
export function fixed(e: Evidence): readonly Claim[] {
  return [...work(e), ...pile(e), ...(e.hasPhase("well") ? left(e) : [])];
}

/** Phases that are not played where no work came back. */
const played = (e: Evidence, ...names: readonly string[]) =>
  names.filter((name) => e.hasPhase(name));

function work(e: Evidence) {
  const again = played(e, "answers", "after-drip", "after-odd");
  return [
    eachMinute(e),
    claim.never("rows-true", {
      says: "Every row holds the sum of what the service answered to its run",
      times: wrongRows(e),
      lateness: "raises",
    }),
    claim.count("works-again", {
      says: "When the service answers again work is done again, within a minute of real time",
      n: Math.min(...again.map((phase) => look.rowsIn(e, e.phase(phase)))),
      atLeast: 1,
      lateness: "lowers",
    }),
    ...played(e, "slow").map((phase) =>
      claim.count("works-when-slow", {
        says: "When the service is so slow that a job takes longer than a tick, work gets done",
        n: look.rowsIn(e, e.phase(phase)),
        atLeast: 1,
        lateness: "lowers",
      }),
    ),
  ];
}

/** Of a broken arm, too: it was healthy at first. */
export function eachMinute(e: Evidence): Claim {
  return claim.value("each-minute", {
    says: "While the service is well every minute's work is done once: three currencies asked for, one row",
    measured: worst(played(e, "baseline", "well").map((phase) => workPerMinute(e, phase))),
    unit: "1",
    atLeast: 0.6,
    atMost: 1.6,
    lateness: "lowers",
  });
}

/** The number that is farthest from one. */
const worst = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => Math.abs(Math.log(b)) - Math.abs(Math.log(a)))[0]!;

/**
 * For an early no: what stays from minute to minute, at its most, and kills only grow; what it is
 * held against, a healthy run, is known when the baseline is over.
 */
export const early: Early = [
  (e) => [neverKilled(e)],
  (e) => [fewConnections(e)],
  (e) => (isOver(e, "baseline") ? [oneRunAtATime(e)] : []),
  (e) => (isOver(e, "baseline") ? [memoryFlat(e)] : []),
];

/** Never two runs at once: the box keeps no more than one run of its own healthy self has. */
const pile = (e: Evidence) => [oneRunAtATime(e), memoryFlat(e), fewConnections(e), neverKilled(e)];
const spoilt = ["hang", "answers", "drip", "after-drip", "gibberish", "one-hangs", "after-odd"];

function oneRunAtATime(e: Evidence): Claim {
  return claim.count("one-run-at-a-time", {
    says: "Service hanging or not, no more processes and threads stay from minute to minute than one healthy run has",
    n: look.mostKept(e, "tasks", ...spoilt),
    atMost: look.oneRun(e, "pids") + 4,
    lateness: "raises",
  });
}

function memoryFlat(e: Evidence): Claim {
  return claim.value("memory-flat", {
    says: "Service hanging or not, no more memory stays from minute to minute than two healthy runs have",
    measured: look.mostKept(e, "bytes", ...spoilt),
    unit: "B",
    atMost: 2 * look.oneRun(e, "anon") + 8 * MiB,
    lateness: "raises",
  });
}

function fewConnections(e: Evidence): Claim {
  return claim.count("few-connections", {
    says: "The service never has more connections of the box from minute to minute than one run's three requests",
    n: look.mostKept(e, "connections", ...spoilt, "well"),
    atMost: 3,
    lateness: "raises",
  });
}

function neverKilled(e: Evidence): Claim {
  return claim.never("never-killed", {
    says: "The kernel kills nothing",
    times: e.oomKills("cronbox"),
    lateness: "raises",
  });
}

/** At the end, at its quietest moments, the box is what it was at the start. */
function left(e: Evidence) {
  const more = (metric: Metric) =>
    e.lowest("cronbox", metric, e.phase("well")) - e.lowest("cronbox", metric, e.phase("baseline"));
  const seen = e.series("cronbox", "pids").watch?.source.startsWith("cgroup");
  return LEFT.filter(({ everywhere }) => everywhere || seen).map(({ metric, what, ...rest }) =>
    claim.value(`no-${what}-left`, {
      says: `In the end the box has no more ${what} than at the start`,
      measured: more(metric),
      lateness: "raises",
      ...rest,
    }),
  );
}

type Metric = Parameters<Evidence["series"]>[1];

/**
 * What is watched only where the kernel's own files are read is asked for only there. Descriptors are
 * counted once a second, just as often as cron starts a job: one run's may be in every count.
 */
const LEFT = [
  { metric: "pids", what: "processes", unit: "1", atMost: 2, everywhere: true },
  { metric: "anon", what: "memory", unit: "B", atMost: 4 * MiB, everywhere: true },
  { metric: "fds", what: "descriptors", unit: "1", atMost: 40, everywhere: false },
  { metric: "sockets", what: "sockets", unit: "1", atMost: 3, everywhere: false },
  { metric: "shmem", what: "tmpfs", unit: "B", atMost: 256 * KiB, everywhere: false },
] as const satisfies readonly { metric: Metric; [more: string]: unknown }[];
