import { InconclusiveError } from "../errors.ts";
import { checkSeen, checkWatched } from "./gaps.ts";
import type { SampleRow, SampleValues } from "../record/schema.ts";
import type { Series, Window } from "./types.ts";

/** The points of a sampled number: of a run of `n` samples each, evenly from its first moment to its last. */
export function pointsOf(
  rows: readonly SampleRow[],
  metric: keyof SampleValues,
): Pick<Series, "t" | "v"> {
  const t: number[] = [];
  const v: number[] = [];
  let rising = true;
  for (const row of rows) {
    const value = row[metric];
    if (value === null || value === undefined) continue;
    if (t.length > 0 && row.t < t[t.length - 1]!) rising = false;
    const step = row.n > 1 ? (row.until - row.t) / (row.n - 1) : 0;
    for (let i = 0; i < row.n; i += 1) {
      t.push(row.t + i * step);
      v.push(value);
    }
  }
  return rising ? { t, v } : sorted({ t, v });
}

/**
 * The part of a series that lies in a window: nothing, where nothing does. Throws InconclusiveError
 * for a sampled series where nobody watched for more than a fifth of the window.
 */
export function cut(series: Series, during: Window): Series {
  checkWatched(series, during);
  return within(series, during);
}

/** The same, however it was watched. */
export function within<S extends Pick<Series, "t" | "v">>(series: S, { from, to }: Window): S {
  const [first, end] = [indexAt(series.t, from, itself), indexAt(series.t, to, itself)];
  if (first === 0 && end === series.t.length) return series;
  return { ...series, t: series.t.slice(first, end), v: series.v.slice(first, end) };
}

/**
 * The last value of a series before a moment, however long before. Throws InconclusiveError
 * where there is none, and where nobody watched a sampled series between it and that moment.
 */
export function valueBefore(series: Series, moment: number): number {
  const last = indexAt(series.t, moment, itself) - 1;
  const value = series.v[last];
  if (value === undefined || Number.isNaN(moment)) {
    throw new InconclusiveError(
      "NOT_IN_RECORD",
      `There is no ${series.name} before ${(moment / 1000).toFixed(1)} s.`,
    );
  }
  checkSeen(series, { from: series.t[last]!, to: moment }, moment);
  return value;
}

/** Where in a list, in order of time, the first stands that is not before `moment`. */
export function indexAt<T>(
  list: readonly T[],
  moment: number,
  timeOf: (item: T) => number,
): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeOf(list[middle]!) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

const itself = (t: number) => t;

/** Runs of one service do not overlap in a record that the lab wrote; in another they may. */
function sorted({ t, v }: Pick<Series, "t" | "v">): Pick<Series, "t" | "v"> {
  const order = Array.from(t.keys()).sort((a, b) => t[a]! - t[b]!);
  return { t: order.map((i) => t[i]!), v: order.map((i) => v[i]!) };
}
