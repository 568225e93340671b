import { claim, is, MiB, type Evidence, type Figure } from "../../harness/scenario/index.ts";
import type { Judgement } from "../../harness/scenario/types.ts";
import { eachMinute, early, fixed } from "./fixed.ts";
import * as look from "./reading.ts";
import { workPerMinute } from "./work.ts";

/** Pure: from what the record holds to claims. */
export const judge: Judgement = { guards, figures, broken, fixed, early, contrast };

/** Of the lab's own parts alone: its clock, and its service. */
function guards(e: Evidence) {
  const modes = e.observationsAs("mode", is.text);
  return [
    { what: "a baseline of five minutes", ok: e.load("minutes", e.phase("baseline")) >= 5 },
    { what: "a hang of eight minutes", ok: e.load("minutes", e.phase("hang")) >= 8 },
    {
      what: "a service that left off answering",
      ok: modes.some(({ value }) => value === "hang") || e.head.env["UPSTREAM"] === "healthy",
    },
    { what: "all that follows, for as long as work comes back", ok: wentOn(e) },
  ];
}

/** Whether all was played that the drive plays after the hang. */
function wentOn(e: Evidence): boolean {
  const works = (phase: string) => look.rowsIn(e, e.phase(phase)) > 0;
  if (e.hasPhase("restarted") || !works("answers")) return true;
  if (!["slow", "drip", "after-drip"].every((phase) => e.hasPhase(phase))) return false;
  if (!works("after-drip")) return true;
  if (!["gibberish", "one-hangs", "after-odd"].every((phase) => e.hasPhase(phase))) return false;
  if (!works("after-odd")) return true;
  return e.hasPhase("well") && e.load("minutes", e.phase("well")) >= 15;
}

function figures(e: Evidence): Record<string, Figure> {
  const number = (value: number): Figure => ({ value, unit: "1" });
  const hang = e.phase("hang");
  return {
    processesKeptInTheHang: number(look.mostKept(e, "tasks", "hang")),
    memoryKeptInTheHang: { value: look.mostKept(e, "bytes", "hang"), unit: "B" },
    memoryPeakInTheHang: { value: e.highest("cronbox", "anon", hang), unit: "B" },
    connectionsKeptInTheHang: number(look.mostKept(e, "connections", "hang")),
    kernelKills: number(e.oomKills("cronbox")),
    minutesUntilARow: number(look.minutesToRow(e, "answers")),
    ...(e.hasPhase("slow") && { rowsWhenSlow: number(look.rowsIn(e, e.phase("slow"))) }),
    ...(e.hasPhase("well") && { rowsPerMinuteInTheEnd: number(workPerMinute(e, "well")) }),
  };
}

function broken(e: Evidence) {
  const hang = e.phase("hang");
  const kill = look.firstKill(e);
  const climb = look.endOfMinute(e, "hang", "tick");
  return [
    eachMinute(e),
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
      lateness: "either", // cron may be late, or the kernel's kill
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
      lateness: "lowers",
    }),
    claim.count("no-work", {
      says: "While the service hangs no row is written",
      n: look.rowsIn(e, hang),
      atMost: 0,
    }),
    claim.count("the-drop", {
      says: "A restart sweeps the jobs away; then, one a tick, they gather anew",
      n: look.mostJobs(e, "restarted"),
      atMost: 4,
      lateness: "raises",
    }),
    claim.count("swept-away", {
      says: "It sweeps away ten jobs and more",
      n: look.mostJobs(e, "hang") - look.mostJobs(e, "restarted"),
      atLeast: 10,
      lateness: "lowers",
    }),
    claim.count("recovers", {
      says: "When the service answers again, rows are written again",
      n: look.rowsIn(e, e.phase("answers")),
      atLeast: 1,
      lateness: "lowers",
    }),
  ];
}

/** Where the jobs do not grow there is no line to speak of: then other claims fail. */
function memoryWithTheJobs(climb: readonly look.EndOfMinute[]) {
  if (new Set(climb.map(({ jobs }) => jobs)).size < 2) return [];
  return [
    claim.slope("memory-with-the-jobs", {
      says: "Memory grows with the jobs: 20 to 40 MiB for each",
      x: climb.map(({ jobs }) => jobs),
      y: climb.map(({ bytes }) => bytes),
      unit: "B/job",
      atLeast: 20 * MiB,
      atMost: 40 * MiB,
      lateness: "either",
    }),
  ];
}

function contrast(broken: Evidence, fixed: Evidence) {
  const [before, after] = [look.gained(broken), look.gained(fixed)];
  return [
    claim.count("fewer-processes", {
      says: "In eight minutes of the hang the broken box has gained at least 12 processes more",
      n: before.tasks - after.tasks,
      atLeast: 12,
    }),
    claim.value("less-memory", {
      says: "In eight minutes of the hang the broken box has gained at least 120 MiB more",
      measured: before.bytes - after.bytes,
      unit: "B",
      atLeast: 120 * MiB,
    }),
  ];
}
