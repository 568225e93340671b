import { InconclusiveError } from "../errors.ts";
import { claimOf, type Bounds, type Says } from "./claim.ts";
import { readings } from "./coverage.ts";
import { binomialInterval, maximum, median, minimum, slopeChange, theilSen } from "./statistics.ts";
import type { Claim, Series, Unit, Window } from "./types.ts";

interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/*
 * Every builder gives a Claim and throws rather than pass on nothing: InconclusiveError where
 * the number is not a finite one (or as said below), ScenarioError where no bound is given.
 */

/** Any number, `measured` in `unit`. */
export function value<const Id extends string>(
  id: Id,
  options: Says & Bounds & { readonly measured: number; readonly unit: Unit },
): Claim<Id> {
  return claimOf("value", id, options, () => options.measured);
}

/**
 * How far the series climbs: its highest value in `during` less its median in `before`.
 * In bytes, unless `unit` says otherwise. Throws where a window holds too few samples.
 */
export function rise<const Id extends string>(
  id: Id,
  options: Says &
    Bounds & {
      readonly series: Series;
      readonly before: Window;
      readonly during: Window;
      readonly unit?: Unit;
    },
): Claim<Id> {
  const { series, before, during, unit = "B" } = options;
  return claimOf(
    "rise",
    id,
    { ...options, unit },
    () => maximum(readings(series, during)) - median(readings(series, before)),
  );
}

/** A highest value, e.g. `evidence.peak(...)`. In bytes, unless `unit` says otherwise. */
export function peak<const Id extends string>(
  id: Id,
  options: Says & Bounds & { readonly measured: number; readonly unit?: Unit },
): Claim<Id> {
  return claimOf("peak", id, { unit: "B", ...options }, () => options.measured);
}

/**
 * What y gains per x, by Theil-Sen: bytes per row, processes per tick.
 * Throws unless two points differ in x.
 */
export function slope<const Id extends string>(
  id: Id,
  options: Says & Bounds & Points & { readonly unit: Unit },
): Claim<Id> {
  return claimOf("slope", id, options, () => theilSen(options.x, options.y).slope);
}

/**
 * That y follows x in a straight line: what y gains per x in the first, the middle and the last
 * third of the points differs from what it gains over all by `withinShare` of that at most (unit
 * "1"). With 0.1 a true line passes, and what grows with x to the power of 1.2 does not. Throws
 * for fewer than three points, which are always in line, and where y has no range.
 */
export function linear<const Id extends string>(
  id: Id,
  options: Says & Points & { readonly withinShare: number },
): Claim<Id> {
  const { x, y, withinShare } = options;
  return claimOf("linear", id, { ...options, unit: "1", atMost: withinShare }, () => {
    if (x.length >= 3 && maximum(y) > minimum(y)) return slopeChange(x, y);
    throw new InconclusiveError(
      "NO_LINE",
      `Claim "${id}" needs three points or more with different y to speak of a line.`,
    );
  });
}

/**
 * That the series stays level: highest less lowest value in the window. In bytes, unless
 * `unit` says otherwise. Throws where the window holds too few samples.
 */
export function plateau<const Id extends string>(
  id: Id,
  options: Says & {
    readonly series: Series;
    readonly during: Window;
    readonly atMost: number;
    readonly unit?: Unit;
  },
): Claim<Id> {
  const { series, during, unit = "B" } = options;
  return claimOf("plateau", id, { ...options, unit }, () => {
    const values = readings(series, during);
    return maximum(values) - minimum(values);
  });
}

/** A number of things (unit "1"). */
export function count<const Id extends string>(
  id: Id,
  options: Says & Bounds & { readonly n: number },
): Claim<Id> {
  return claimOf("count", id, { ...options, unit: "1" }, () => options.n);
}

/**
 * That `hits` of `of` trials are what chance gives when each hits with probability `expected`:
 * the share, in per cent, lies in the central binomial interval of that `confidence`
 * (e.g. 0.999). For trials that chance decides anew in each run: what is the same each time is
 * a number to claim. Throws without trials, and for more than a million.
 */
export function share<const Id extends string>(
  id: Id,
  options: Says & {
    readonly hits: number;
    readonly of: number;
    readonly expected: number;
    readonly confidence: number;
  },
): Claim<Id> {
  const { hits, of, expected, confidence } = options;
  const percent = (n: number) => (of > 0 && of <= 1e6 ? (100 * n) / of : Number.NaN);
  const { low, high } = binomialInterval(Math.min(of, 1e6), expected, confidence);
  return claimOf(
    "share",
    id,
    { ...options, unit: "%", atLeast: percent(low), atMost: percent(high) },
    () => percent(hits),
  );
}

/** How many times larger `of` is than `to` (unit "x"). Throws where `to` is 0. */
export function ratio<const Id extends string>(
  id: Id,
  options: Says & Bounds & { readonly of: number; readonly to: number },
): Claim<Id> {
  return claimOf("ratio", id, { ...options, unit: "x" }, () => options.of / options.to);
}

/**
 * That something happens soon enough: `at` less `from`, milliseconds of the record's clock.
 * Throws where it happened before `from`: then it was not an answer to it.
 */
export function within<const Id extends string>(
  id: Id,
  options: Says & { readonly from: number; readonly at: number; readonly atMost: number },
): Claim<Id> {
  const { from, at } = options;
  return claimOf("within", id, { during: { from, to: at }, ...options, unit: "ms" }, () => {
    if (!(at < from)) return Math.round(at - from);
    throw new InconclusiveError(
      "WRONG_ORDER",
      `Claim "${id}": it happened before what it follows.`,
    );
  });
}

/** That something happened no time at all: `times` is exactly 0 (unit "1"). */
export function never<const Id extends string>(
  id: Id,
  options: Says & { readonly times: number },
): Claim<Id> {
  return claimOf("never", id, { ...options, unit: "1", exactly: 0 }, () => options.times);
}

/**
 * That the series is down at `level` or below, for good, by `by` (milliseconds of the record's
 * clock): measured is the time of the first sample from which it stays there. A series still
 * above at its end has not drained: measured is then its end, too late by definition. Throws
 * for a series with too few samples, and for one that ends above the level before `by`.
 */
export function drainedBy<const Id extends string>(
  id: Id,
  options: Says & { readonly series: Series; readonly level: number; readonly by: number },
): Claim<Id> {
  const { series, level, by } = options;
  return claimOf("drainedBy", id, { ...options, unit: "ms", atMost: by }, () => {
    const { name, t, v } = series;
    const end = t.at(-1) ?? 0;
    readings(series, { from: t[0] ?? 0, to: end + 1 });
    const drained = t[v.findLastIndex((x) => x > level) + 1];
    if (drained !== undefined || end > by) return drained ?? end;
    throw new InconclusiveError(
      "ENDS_TOO_EARLY",
      `Claim "${id}": ${name} was not watched until it had to be down.`,
    );
  });
}
