import { is, partOf, valueBefore, type Evidence } from "../../harness/scenario/index.ts";

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
  const fired = e.observationsAs("tick", is.number).filter(({ t }) => t >= during.from && t < end);
  const jobs = e.observedSeries("jobs");
  const processes = e.series("cronbox", "pids");
  const bytes = e.series("cronbox", "anon");
  return fired.slice(0, -1).map(({ t, value }, i) => {
    const over = fired[i + 1]!.t;
    const throughout = partOf(processes, { from: t, to: over }).v;
    return {
      tick: value - fired[0]!.value + 1,
      jobs: valueBefore(jobs, over),
      processes: Math.min(...throughout, valueBefore(processes, over)),
      bytes: valueBefore(bytes, over),
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
export const most = (e: Evidence, phase: string): number =>
  e.highest("cronbox", "anon", e.phase(phase));

/** When the kernel first killed in the box; the end of the record if it never did. */
export const firstKill = (e: Evidence): number => e.firstOomKill("cronbox") ?? e.whole().to;

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
  return valueBefore(rows, to) - (rows.t[0]! < from ? valueBefore(rows, from) : 0); // before the first look: none
}

/** Ticks from the beginning of a phase to its first new row; all of its ticks if there is none. */
export function ticksToRow(e: Evidence, phase: string): number {
  const { from, to } = e.phase(phase);
  const rows = e.observedSeries("rows");
  const before = valueBefore(rows, from);
  const first = rows.t.find((t, i) => t >= from && t < to && rows.v[i]! > before) ?? to;
  return e.load("ticks", { from, to: first });
}
