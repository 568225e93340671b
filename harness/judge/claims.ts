import { InconclusiveError } from "../errors.ts";
import { claimOf, type Bounds, type Measured, type Says } from "./claim.ts";
import { readings } from "./coverage.ts";
import { binomialInterval, maximum, median, minimum, theilSen } from "./statistics.ts";
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
export function value(id: string, options: Measured): Claim {
  return claimOf("value", id, options);
}

/**
 * How far the series climbs: its highest value in `during` less its median in `before`.
 * In bytes, unless `unit` says otherwise. Throws where a window holds too few samples.
 */
export function rise(
  id: string,
  options: Says &
    Bounds & {
      readonly series: Series;
      readonly before: Window;
      readonly during: Window;
      readonly unit?: Unit;
    },
): Claim {
  const { series, before, during, unit = "B" } = options;
  const measured = maximum(readings(series, during)) - median(readings(series, before));
  return claimOf("rise", id, { ...options, measured, unit });
}

/** A highest value, e.g. `evidence.peak(...)`. In bytes, unless `unit` says otherwise. */
export function peak(
  id: string,
  options: Says & Bounds & { readonly measured: number; readonly unit?: Unit },
): Claim {
  return claimOf("peak", id, { unit: "B", ...options });
}

/**
 * What y gains per x, by Theil-Sen: bytes per row, processes per tick.
 * Throws unless two points differ in x.
 */
export function slope(
  id: string,
  options: Says & Bounds & Points & { readonly unit: Unit },
): Claim {
  return claimOf("slope", id, { ...options, measured: theilSen(options.x, options.y).slope });
}

/**
 * That y follows x in a straight line: the largest distance of a point from the Theil-Sen
 * line, as a share of y's range (unit "1"), is at most `withinShare`. Throws for fewer than
 * three points, which are always in line, and where y has no range.
 */
export function linear(
  id: string,
  options: Says & Points & { readonly withinShare: number },
): Claim {
  const { x, y, withinShare } = options;
  const line = theilSen(x, y);
  const range = maximum(y) - minimum(y);
  if (x.length < 3 || range === 0) {
    throw new InconclusiveError(
      "NO_LINE",
      `Claim "${id}" needs three points or more with different y to speak of a line.`,
    );
  }
  const off = maximum(x.map((xi, i) => Math.abs(y[i]! - line.intercept - line.slope * xi)));
  return claimOf("linear", id, {
    ...options,
    measured: off / range,
    unit: "1",
    atMost: withinShare,
  });
}

/**
 * That the series stays level: highest less lowest value in the window. In bytes, unless
 * `unit` says otherwise. Throws where the window holds too few samples.
 */
export function plateau(
  id: string,
  options: Says & {
    readonly series: Series;
    readonly during: Window;
    readonly atMost: number;
    readonly unit?: Unit;
  },
): Claim {
  const { series, during, unit = "B" } = options;
  const values = readings(series, during);
  return claimOf("plateau", id, { ...options, measured: maximum(values) - minimum(values), unit });
}

/** A number of things (unit "1"). */
export function count(id: string, options: Says & Bounds & { readonly n: number }): Claim {
  return claimOf("count", id, { ...options, measured: options.n, unit: "1" });
}

/**
 * That `hits` of `of` trials are what chance gives when each hits with probability `expected`:
 * the share, in per cent, lies in the central binomial interval of that `confidence`
 * (e.g. 0.999). Throws without trials.
 */
export function share(
  id: string,
  options: Says & {
    readonly hits: number;
    readonly of: number;
    readonly expected: number;
    readonly confidence: number;
  },
): Claim {
  const { hits, of, expected, confidence } = options;
  const { low, high } = binomialInterval(of, expected, confidence);
  const percent = (n: number) => (100 * n) / of;
  return claimOf("share", id, {
    ...options,
    measured: percent(hits),
    unit: "%",
    atLeast: percent(low),
    atMost: percent(high),
  });
}

/** How many times larger `of` is than `to` (unit "x"). Throws where `to` is 0. */
export function ratio(
  id: string,
  options: Says & Bounds & { readonly of: number; readonly to: number },
): Claim {
  return claimOf("ratio", id, { ...options, measured: options.of / options.to, unit: "x" });
}

/**
 * That something happens soon enough: `at` less `from`, milliseconds of the record's clock.
 * Throws where it happened before `from`: then it was not an answer to it.
 */
export function within(
  id: string,
  options: Says & { readonly from: number; readonly at: number; readonly atMost: number },
): Claim {
  const { from, at } = options;
  if (at < from) {
    throw new InconclusiveError(
      "WRONG_ORDER",
      `Claim "${id}": it happened before what it follows.`,
    );
  }
  return claimOf("within", id, {
    during: { from, to: at },
    ...options,
    measured: Math.round(at - from),
    unit: "ms",
  });
}

/** That something happened no time at all: `times` is exactly 0 (unit "1"). */
export function never(id: string, options: Says & { readonly times: number }): Claim {
  return claimOf("never", id, {
    ...options,
    measured: options.times,
    unit: "1",
    exactly: 0,
  });
}

/**
 * That the series is down at `level` or below, for good, by `by` (milliseconds of the record's
 * clock): measured is the time of the first sample from which it stays there. A series still
 * above at its end has not drained: measured is then its end, too late by definition. Throws
 * for a series with too few samples, and for one that ends above the level before `by`.
 */
export function drainedBy(
  id: string,
  options: Says & { readonly series: Series; readonly level: number; readonly by: number },
): Claim {
  const { series, level, by } = options;
  const { name, t, v } = series;
  const end = t.at(-1) ?? Number.NaN;
  readings(series, { from: t[0] ?? 0, to: end + 1 });
  const drained = t[v.findLastIndex((x) => x > level) + 1];
  if (drained === undefined && end <= by) {
    throw new InconclusiveError(
      "ENDS_TOO_EARLY",
      `Claim "${id}": ${name} was not watched until it had to be down.`,
    );
  }
  return claimOf("drainedBy", id, {
    ...options,
    measured: drained ?? end,
    unit: "ms",
    atMost: by,
  });
}
