import type { Evidence, Series } from "../../harness/scenario/index.ts";

/** How the box stood when a tick was over: just before the next one. */
export interface EndOfTick {
  /** 1 for the first tick of the phase. */
  readonly tick: number;
  readonly jobs: number;
  /** Those that were there throughout the tick. */
  readonly processes: number;
  /** Anonymous memory. */
  readonly bytes: number;
}

/** Every full tick of a phase, up to the kernel's first kill. */
export function endOfTick(e: Evidence, phase: string): readonly EndOfTick[] {
  const during = e.phase(phase);
  const end = Math.min(during.to, firstKill(e));
  const fired = e.observations("tick").filter(({ t }) => t >= during.from && t < end);
  const jobs = e.observedSeries("jobs");
  const processes = e.series("cronbox", "pids");
  const bytes = e.series("cronbox", "anon");
  return fired.slice(0, -1).map(({ t, value }, i) => {
    const over = fired[i + 1]!.t;
    const throughout = processes.v.filter((_, k) => processes.t[k]! >= t && processes.t[k]! < over);
    return {
      tick: Number(value) - Number(fired[0]!.value) + 1,
      jobs: lastBefore(jobs, over),
      processes: Math.min(...throughout, lastBefore(processes, over)),
      bytes: lastBefore(bytes, over),
    };
  });
}

/** How the box stood after the n-th tick of the hang, but `bytes` is the most up to then. */
export function byTick(e: Evidence, n: number): EndOfTick {
  const full = endOfTick(e, "hang").filter(({ tick }) => tick <= n);
  const last = full.at(-1);
  if (last === undefined) throw new Error(`the hang has no full tick up to number ${n}`);
  return { ...last, bytes: Math.max(...full.map(({ bytes }) => bytes)) };
}

/**
 * How far the count of jobs strays from "one more each tick": its largest distance from the
 * number of the tick, a job caught in flight by the hang set off by the median.
 */
export function offTheClimb(climb: readonly EndOfTick[]): number {
  const ahead = climb.map(({ tick, jobs }) => jobs - tick).toSorted((a, b) => a - b);
  const middle = ahead[ahead.length >> 1] ?? Number.NaN;
  return Math.max(middle - ahead[0]!, ahead.at(-1)! - middle);
}

/** Highest anonymous memory of the box in a phase, bytes. */
export function most(e: Evidence, phase: string): number {
  return Math.max(...e.series("cronbox", "anon", e.phase(phase)).v);
}

/** When the kernel first killed in the box; the end of the record if it never did. */
export function firstKill(e: Evidence): number {
  return e.events("cronbox", "oom")[0]?.t ?? e.whole().to;
}

/** How often the kernel killed in the box by its own count; else how often the engine spoke of it. */
export function kernelKills(e: Evidence): number {
  const told = e.events("cronbox", "oom").length;
  return told > 0 ? Math.max(...e.series("cronbox", "oomKills").v) : 0;
}

/** Most jobs older than a second at any moment of a phase, its beginning included. */
export function oldJobs(e: Evidence, phase: string): number {
  const { from, to } = e.phase(phase);
  const { t, v } = e.observedSeries("jobs older than 1 s");
  const first = Math.max(
    0,
    t.findLastIndex((at) => at < from),
  );
  const values = v.slice(first, t.findLastIndex((at) => at < to) + 1);
  return values.length > 0 ? Math.max(...values) : Number.NaN;
}

/** Rows written during a phase. */
export function rowsIn(e: Evidence, phase: string): number {
  const { from, to } = e.phase(phase);
  const rows = e.observedSeries("rows");
  return lastBefore(rows, to) - (lastBefore(rows, from) || 0); // before the first look: none
}

/** Ticks from the beginning of a phase to its first new row; all of its ticks if there is none. */
export function ticksToRow(e: Evidence, phase: string): number {
  const { from, to } = e.phase(phase);
  const rows = e.observedSeries("rows");
  const before = lastBefore(rows, from);
  const first = rows.t.find((t, i) => t >= from && t < to && rows.v[i]! > before) ?? to;
  return e.load("ticks", { from, to: first });
}

/** NaN where there is none: no claim holds on that. */
function lastBefore(series: Series, t: number): number {
  return series.v[series.t.findLastIndex((at) => at < t)] ?? Number.NaN;
}
