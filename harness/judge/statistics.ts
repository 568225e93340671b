import { InconclusiveError } from "../errors.ts";

/** A straight line through points: y = intercept + slope * x. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Points that `theilSen` compares with each other at most: 124,750 pairs, about 10 ms. */
const THEIL_SEN_POINTS = 500;

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value below which a share `p` (0 to 1) of the values lies, linear between neighbours:
 * type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996).
 * Throws InconclusiveError without values.
 */
export function quantile(values: readonly number[], p: number): number {
  const sorted = Float64Array.from(some(values)).toSorted();
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (above - below) * (position % 1);
}

/** The largest value. Throws InconclusiveError without values. */
export function maximum(values: readonly number[]): number {
  return some(values).reduce((a, b) => (b > a ? b : a));
}

/** The smallest value. Throws InconclusiveError without values. */
export function minimum(values: readonly number[]): number {
  return some(values).reduce((a, b) => (b < a ? b : a));
}

/**
 * The line whose slope is the median of the slopes between all pairs of points: up to 29 % of
 * the points may be wild without carrying it away (Theil 1950; Sen, "Estimates of the
 * Regression Coefficient Based on Kendall's Tau", 1968). The intercept is the median of
 * y - slope * x over all points.
 *
 * Of more than 500 points, 500 evenly spaced ones in order of x (the first and the last among
 * them) give the slope: the same points every time, so a record is always judged the same.
 * Throws InconclusiveError unless two points differ in x.
 */
export function theilSen(x: readonly number[], y: readonly number[]): Line {
  if (x.length !== y.length) {
    throw new InconclusiveError(
      "UNEQUAL_LENGTHS",
      `A line needs as many y as x values, there are ${y.length} and ${x.length}.`,
    );
  }
  const slopes = pairwiseSlopes(thinned(x, y));
  if (slopes.length === 0) {
    throw new InconclusiveError("TOO_FEW_POINTS", "A slope needs two points that differ in x.");
  }
  const slope = median(slopes);
  return { slope, intercept: median(x.map((xi, i) => y[i]! - slope * xi)) };
}

/** Where no share of the slope can be told: this, which no honest bound lets through. */
const NO_LINE = 1000;

/**
 * How far the slope of the first, the middle or the last third of the points is from the slope of
 * all, at most, as a share of that: 0 for a straight line. Neighbouring thirds share a point, so
 * three points will do. Throws InconclusiveError where a third has no two points that differ in x.
 */
export function slopeChange(x: readonly number[], y: readonly number[]): number {
  const { slope } = theilSen(x, y);
  const order = Array.from(x.keys()).sort((a, b) => x[a]! - x[b]!);
  const steps = order.length - 1;
  const changes = [0, 1, 2].map((third) => {
    const part = order.slice(
      Math.floor((third * steps) / 3),
      Math.ceil(((third + 1) * steps) / 3) + 1,
    );
    const own = theilSen(
      part.map((i) => x[i]!),
      part.map((i) => y[i]!),
    ).slope;
    return Math.abs(own - slope) / Math.abs(slope);
  });
  const most = Math.max(...changes);
  return Number.isNaN(most) ? NO_LINE : Math.min(NO_LINE, most);
}

/**
 * The central interval that holds a binomial count of `n` trials, each a hit with probability
 * `p`, with at least `confidence`: from the (1 - confidence) / 2 quantile to the
 * (1 + confidence) / 2 quantile of the distribution itself, no normal approximation.
 */
export function binomialInterval(n: number, p: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  return { low: binomialQuantile(n, p, tail), high: binomialQuantile(n, p, 1 - tail) };
}

/**
 * The Wilson score interval of a proportion after `hits` of `n`, 95 % by default (`z` is the
 * normal quantile): Wilson, "Probable Inference" (1927), as recommended for small n by Brown,
 * Cai and DasGupta, "Interval Estimation for a Binomial Proportion" (2001).
 * Nothing tried (n = 0) says nothing: 0 to 1.
 */
export function wilsonInterval(hits: number, n: number, z = 1.959963984540054): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const p = hits / n;
  const scale = 1 / (1 + z ** 2 / n);
  const centre = scale * (p + z ** 2 / (2 * n));
  const half = scale * z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return {
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === n ? 1 : Math.min(1, centre + half),
  };
}

/** The smallest k with P(count <= k) >= q; probabilities kept as logarithms, so n may be large. */
function binomialQuantile(n: number, p: number, q: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return n;
  const odds = Math.log(p) - Math.log1p(-p);
  let logProbability = n * Math.log1p(-p);
  let total = Math.exp(logProbability);
  let k = 0;
  while (total < q && k < n) {
    logProbability += Math.log((n - k) / (k + 1)) + odds;
    k += 1;
    total += Math.exp(logProbability);
  }
  return k;
}

type Point = readonly [x: number, y: number];

function thinned(x: readonly number[], y: readonly number[]): Point[] {
  const points = x
    .map((xi, i): Point => [xi, y[i]!])
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (points.length <= THEIL_SEN_POINTS) return points;
  const step = (points.length - 1) / (THEIL_SEN_POINTS - 1);
  return Array.from({ length: THEIL_SEN_POINTS }, (_, i) => points[Math.round(i * step)]!);
}

function pairwiseSlopes(points: readonly Point[]): number[] {
  const slopes: number[] = [];
  for (let i = 0; i < points.length; i += 1) {
    const [xi, yi] = points[i]!;
    for (let j = i + 1; j < points.length; j += 1) {
      const [xj, yj] = points[j]!;
      if (xj > xi) slopes.push((yj - yi) / (xj - xi));
    }
  }
  return slopes;
}

function some(values: readonly number[]): readonly number[] {
  if (values.length > 0) return values;
  throw new InconclusiveError("NO_VALUES", "There is no value to judge.");
}
