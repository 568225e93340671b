import { claim, MiB, type Evidence, type Figure } from "../../harness/scenario/index.ts";
import type { Judgement } from "../../harness/scenario/types.ts";
import * as look from "./reading.ts";

/** Pure: from what the record holds to claims. */
export const judge: Judgement = { guards, figures, broken, fixed, contrast };

function guards(e: Evidence) {
  const baseline = e.phase("baseline");
  const after = { from: baseline.to, to: e.whole().to };
  return [
    {
      what: "in the baseline cron fires and every job writes its row",
      ok: e.load("ticks", baseline) >= 3 && look.rowsIn(e, "baseline") >= 2,
    },
    {
      what: "in the baseline at most one job is older than a second",
      ok: look.oldJobs(e, "baseline") <= 1,
    },
    {
      what: "after the baseline no job waited longer than 3 s for a processor",
      ok: Math.max(...e.observedSeries("longest wait for a processor", after).v) <= 3,
    },
    { what: "cron fires through the hang", ok: e.load("ticks", e.phase("hang")) >= 8 },
    {
      what: "the service left requests unanswered",
      ok: e.load("requests left hanging") > 0 || e.head.env["UPSTREAM"] === "healthy",
    },
  ];
}

function figures(e: Evidence): Record<string, Figure> {
  const number = (value: number): Figure => ({ value, unit: "1" });
  return {
    jobsAtTick8: number(look.byTick(e, 8).jobs),
    mostOldJobsInTheHang: number(look.oldJobs(e, "hang")),
    memoryPeakInTheHang: { value: look.most(e, "hang"), unit: "B" },
    kernelKills: number(e.oomKills("cronbox")),
    ticksUntilARow: number(look.ticksToRow(e, "answers")),
    ...(e.hasPhase("after-drip") && {
      rowsWhenSlow: number(look.rowsIn(e, "slow")),
      mostOldJobsInTheDrip: number(look.oldJobs(e, "drip")),
      rowsAfterTheDrip: number(look.rowsIn(e, "after-drip")),
    }),
  };
}

function broken(e: Evidence) {
  const hang = e.phase("hang");
  const kill = look.firstKill(e);
  const climb = look.endOfTick(e, "hang");
  return [
    claim.count("one-more-each-tick", {
      says: "Each tick of the hang adds one job that does not end; their number is never off by more than one",
      n: look.offTheClimb(climb),
      atMost: 1,
      lateness: "raises",
    }),
    ...memoryWithTheJobs(climb),
    claim.count("limit-reached", {
      says: "512 MiB are full, and the kernel kills, at tick 16 to 20 of the hang",
      n: e.load("ticks", { from: hang.from, to: kill }),
      atLeast: 16,
      atMost: 20,
      lateness: "raises",
    }),
    claim.count("killed-by-the-kernel", {
      says: "The kernel's OOM killer strikes inside the box",
      n: e.oomKills("cronbox"),
      atLeast: 1,
    }),
    claim.count("box-runs-on", {
      says: "The box survives the first kill: cron goes on firing",
      n: e.load("ticks", { from: Math.min(kill, hang.to), to: hang.to }),
      atLeast: 2,
    }),
    claim.count("no-work", {
      says: "While the service hangs no row is written",
      n: look.rowsIn(e, "hang"),
      atMost: 0,
    }),
    claim.count("the-drop", {
      says: "A restart sweeps the jobs away; then, one a tick, they gather anew",
      n: look.oldJobs(e, "restarted"),
      atMost: 4,
    }),
    claim.count("swept-away", {
      says: "It sweeps away ten jobs and more",
      n: look.oldJobs(e, "hang") - look.oldJobs(e, "restarted"),
      atLeast: 10,
    }),
    claim.count("recovers", {
      says: "When the service answers again, rows are written again",
      n: look.rowsIn(e, "answers"),
      atLeast: 1,
    }),
  ];
}

/** Where the jobs do not grow there is no line to speak of: then other claims fail. */
function memoryWithTheJobs(climb: readonly look.EndOfTick[]) {
  if (new Set(climb.map(({ jobs }) => jobs)).size < 2) return [];
  return [
    claim.slope("memory-with-the-jobs", {
      says: "Memory grows with the jobs: 20 to 40 MiB for each",
      x: climb.map(({ jobs }) => jobs),
      y: climb.map(({ bytes }) => bytes),
      unit: "B/job",
      atLeast: 20 * MiB,
      atMost: 40 * MiB,
    }),
  ];
}

/** What any right fix does: jobs and memory are counted, and the work that gets done. */
function fixed(e: Evidence) {
  return [
    claim.count("one-job-at-a-time", {
      says: "While the service hangs, and when it answers again, at most one job is over a second old",
      n: Math.max(look.oldJobs(e, "hang"), look.oldJobs(e, "answers")),
      atMost: 1,
      lateness: "raises",
    }),
    claim.peak("memory-flat", {
      says: "While the service hangs the box's anonymous memory stays under 96 MiB",
      measured: look.most(e, "hang"),
      atMost: 96 * MiB,
      lateness: "raises",
    }),
    claim.never("never-killed", {
      says: "The kernel kills nothing",
      times: e.oomKills("cronbox"),
      lateness: "raises",
    }),
    claim.count("works-again", {
      says: "The service answers again: a row within a timeout of up to 5 s and two ticks",
      n: look.ticksToRow(e, "answers"),
      atMost: 7,
      lateness: "raises",
    }),
    ...(e.hasPhase("slow") ? lookAlikes(e) : []), // not played where no work came back
  ];
}

/** Services that are bad in other ways than hanging. */
function lookAlikes(e: Evidence) {
  return [
    claim.count("works-when-slow", {
      says: "When the service is so slow that a job takes longer than a tick, work gets done",
      n: look.rowsIn(e, "slow"),
      atLeast: 1,
      lateness: "lowers",
    }),
    claim.count("drip-flat", {
      says: "When the service sends a byte a second at most one job is older than a second",
      n: look.oldJobs(e, "drip"),
      atMost: 1,
      lateness: "raises",
    }),
  ];
}

function contrast(broken: Evidence, fixed: Evidence) {
  const [before, after] = [look.byTick(broken, 8), look.byTick(fixed, 8)];
  return [
    claim.ratio("fewer-processes", {
      says: "In tick 8 of the hang the broken box has at least 2.5 times the processes",
      of: before.processes,
      to: after.processes,
      atLeast: 2.5,
    }),
    claim.ratio("less-memory", {
      says: "In 8 ticks of the hang the broken box comes to at least 3 times the memory",
      of: before.bytes,
      to: after.bytes,
      atLeast: 3,
    }),
  ];
}
