import { claim, type Claim, type Evidence } from "../../harness/scenario/index.ts";
import { everyBackend } from "./drive.ts";

type Metric = Parameters<Evidence["series"]>[1];

const backends = everyBackend.map((n) => `backend-${n}`);
const boxes = ["balancer", ...backends];
const MiB = 1024 * 1024;

/**
 * What about 500 reloads with nine backends have left of themselves, a long while after the last:
 * the same apps run where they ran before. A backend gets some 30 to 75 of the reloads, the
 * balancer all, so what each of them leaves adds up to more than is allowed here once.
 */
export function leftBehind(e: Evidence): readonly Claim[] {
  return [
    claim.count("processes-level", {
      says: "Long after the last reload no box has more than 4 processes more, or fewer",
      n: Math.max(...boxes.map((box) => Math.abs(change(e, box, "pids")))),
      atMost: 4,
    }),
    claim.peak("memory-level", {
      says: "Nor has any box 16 MiB more memory",
      measured: most(e, boxes, ["anon", "workingSet"]),
      atMost: 16 * MiB,
    }),
    claim.peak("balancer-level", {
      says: "Nor the balancer 4 MiB, though all requests went through it",
      measured: most(e, ["balancer"], ["anon", "workingSet"]),
      atMost: 4 * MiB,
    }),
    claim.value("memory-per-app", {
      says: "With all reloads done an app takes no more than a quarter more memory than before the first",
      measured: Math.max(...(["anon", "workingSet"] as const).map((metric) => growth(e, metric))),
      atMost: 1.25,
      unit: "x",
    }),
    ...filesOf(e),
  ];
}

/** Only the kernel tells these: not where samples come from the engine's own statistics. */
function filesOf(e: Evidence): readonly Claim[] {
  const counted = boxes.filter((box) => !e.series(box, "pids").watch?.source.startsWith("stats"));
  if (counted.length === 0) return [];
  // Of more than 128 processes nobody counts the descriptors; their sockets are counted all the same.
  const few = counted.filter((box) => e.highest(box, "pids", e.phase("quiet")) <= 120);
  return [
    claim.count("sockets-level", {
      says: "Nor has any box more than 16 sockets more",
      n: most(e, counted, ["sockets"]),
      atMost: 16,
    }),
    claim.count("descriptors-level", {
      says: "Nor more than 24 open descriptors more",
      n: most(e, few, ["fds"]),
      atMost: 24,
    }),
    claim.peak("tmpfs-level", {
      says: "Nor has any box 1 MiB more in files that are memory",
      measured: most(e, counted, ["shmem"]),
      atMost: MiB,
    }),
  ];
}

const most = (e: Evidence, among: readonly string[], metrics: readonly Metric[]) =>
  Math.max(0, ...among.flatMap((box) => metrics.map((metric) => change(e, box, metric))));

/** From before the reloads with nine backends to the end of the quiet time. */
const change = (e: Evidence, box: string, metric: Metric) =>
  e.last(box, metric, e.phase("quiet")) - e.last(box, metric, e.phase("nine"));

/** What all apps take at the end, as a multiple of what they took before the first reload. */
function growth(e: Evidence, metric: Metric): number {
  const all = (phase: string) =>
    backends.reduce((sum, box) => sum + e.last(box, metric, e.phase(phase)), 0);
  const nothing = all("baseline");
  return (all("quiet") - nothing) / (all("four") - nothing);
}
