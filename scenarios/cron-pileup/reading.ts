import {
  is,
  partOf,
  valueBefore,
  type Evidence,
  type Window,
} from "../../harness/scenario/index.ts";

const CONNECTIONS = "connections at the service";

/** What was there throughout a minute. What comes and goes within one is work. */
export interface Kept {
  /** Processes, and threads. */
  readonly tasks: number;
  /** Anonymous memory. */
  readonly bytes: number;
  /** At the service, which counts them itself. */
  readonly connections: number;
}

/** How the box stood when a minute of cron's was over: just before the next one. */
export interface EndOfMinute {
  /** 1 for the first minute of the phase. */
  readonly n: number;
  readonly jobs: number;
  /** Anonymous memory. */
  readonly bytes: number;
  readonly kept: Kept;
}

/**
 * Every full minute of a phase, up to the kernel's first kill: by the ticks that cron fired, or by
 * the lab's own clock, which goes on where a fix has no cron.
 */
export function endOfMinute(
  e: Evidence,
  phase: string,
  by: "tick" | "minute",
): readonly EndOfMinute[] {
  const during = e.phase(phase);
  const end = e.firstOomKill("cronbox", during) ?? during.to;
  const began = e.observationsAs(by, is.number).filter(({ t }) => t >= during.from && t < end);
  const jobs = e.observedSeries("jobs");
  const connections = e.observedSeries(CONNECTIONS);
  const tasks = e.series("cronbox", "pids");
  const bytes = e.series("cronbox", "anon");
  return began.slice(0, -1).map(({ t, value }, i) => {
    const over = began[i + 1]!.t;
    const kept = (series: typeof tasks) =>
      Math.min(...partOf(series, { from: t, to: over }).v, valueBefore(series, over));
    return {
      n: value - began[0]!.value + 1,
      jobs: valueBefore(jobs, over),
      bytes: valueBefore(bytes, over),
      kept: { tasks: kept(tasks), bytes: kept(bytes), connections: kept(connections) },
    };
  });
}

/** The most that was kept from minute to minute in these phases, as far as they were played. */
export function mostKept(e: Evidence, what: keyof Kept, ...phases: readonly string[]): number {
  const minutes = phases.filter((name) => e.hasPhase(name));
  return Math.max(
    ...minutes.flatMap((name) => endOfMinute(e, name, "minute")).map(({ kept }) => kept[what]),
  );
}

/**
 * What one healthy run brings the box to: the middle of the baseline's minutes, each by its most. On
 * a busy machine two runs overlap now and then, and the most of all minutes would be that of two.
 */
export function oneRun(e: Evidence, metric: "pids" | "anon"): number {
  const { from, to } = e.phase("baseline");
  const began = e.observationsAs("minute", is.number).filter(({ t }) => t >= from && t < to);
  const series = e.series("cronbox", metric);
  const most = began.slice(0, -1).map(({ t }, i) => {
    const over = began[i + 1]!.t;
    return Math.max(...partOf(series, { from: t, to: over }).v, valueBefore(series, over));
  });
  return most.toSorted((a, b) => a - b)[most.length >> 1] ?? Number.NaN;
}

/** What eight minutes of the hang have added to the box's quietest moment before them. */
export function gained(e: Evidence): { readonly tasks: number; readonly bytes: number } {
  const baseline = e.phase("baseline");
  const last = endOfMinute(e, "hang", "minute").findLast(({ n }) => n <= 8);
  if (last === undefined) throw new Error("the hang has no full minute");
  return {
    tasks: last.kept.tasks - e.lowest("cronbox", "pids", baseline),
    bytes: last.kept.bytes - e.lowest("cronbox", "anon", baseline),
  };
}

/**
 * How far the count of jobs strays from "one more each tick": its largest distance from the
 * number of the tick, a job caught in flight by the hang set off by the median.
 */
export function offTheClimb(climb: readonly EndOfMinute[]): number {
  const ahead = climb.map(({ n, jobs }) => jobs - n).toSorted((a, b) => a - b);
  const middle = ahead[ahead.length >> 1] ?? Number.NaN;
  return Math.max(middle - ahead[0]!, ahead.at(-1)! - middle);
}

/** When the kernel first killed in the box; the end of the record if it never did. */
export const firstKill = (e: Evidence): number => e.firstOomKill("cronbox") ?? e.whole().to;

/** Most jobs alive when a tick of the phase was over. */
export const mostJobs = (e: Evidence, phase: string): number =>
  Math.max(...endOfMinute(e, phase, "tick").map(({ jobs }) => jobs));

/** Rows written in a window. */
export function rowsIn(e: Evidence, { from, to }: Window): number {
  const rows = e.observedSeries("rows");
  return valueBefore(rows, to) - (rows.t[0]! < from ? valueBefore(rows, from) : 0); // before the first look: none
}

/** Minutes from the beginning of a phase to its first new row; all of its minutes if there is none. */
export function minutesToRow(e: Evidence, phase: string): number {
  const { from, to } = e.phase(phase);
  const rows = e.observedSeries("rows");
  const before = valueBefore(rows, from);
  const first = rows.t.find((t, i) => t >= from && t < to && rows.v[i]! > before) ?? to;
  return e.load("minutes", { from, to: first });
}
