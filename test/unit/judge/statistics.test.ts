import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InconclusiveError } from "../../../harness/errors.ts";
import {
  binomialInterval,
  maximum,
  median,
  minimum,
  quantile,
  slopeChange,
  theilSen,
  wilsonInterval,
} from "../../../harness/judge/statistics.ts";

const number = fc.integer({ min: -1_000_000, max: 1_000_000 });
const numbers = fc.array(number, { minLength: 1, maxLength: 60 });

describe("how much a slope changes", () => {
  const grown = (x: readonly number[], power: number) =>
    slopeChange(
      x,
      x.map((xi) => 7 + 3 * xi ** power),
    );
  const few = [64, 256, 1024];
  const many = Array.from({ length: 100 }, (_, i) => i + 1);
  const late = many.map((x) => x + 9);

  test("is nothing on a line, whatever it begins with, and in whatever order", () => {
    for (const x of [few, many, late, many.toReversed()]) expect(grown(x, 1)).toBeCloseTo(0);
  });

  test.each([0.5, 0.8, 1.2, 1.5, 2])("is more than a tenth for size ^ %f", (power) => {
    for (const x of [few, many, late]) expect(grown(x, power)).toBeGreaterThan(0.1);
  });

  test("is little on a line with noise, and much after a step or a bend", () => {
    const noisy = many.map((x) => 3 * x + Math.sin(x * 12.9898) * 3);
    expect(slopeChange(many, noisy)).toBeLessThan(0.1);
    expect(
      slopeChange(
        many,
        many.map((x) => 3 * x + (x > 50 ? 300 : 0)),
      ),
    ).toBeGreaterThan(0.1);
    expect(
      slopeChange(
        many,
        many.map((x) => (x > 66 ? 66 : x)),
      ),
    ).toBeGreaterThan(0.1);
  });

  test("is much where nothing grows, and never a number that is none", () => {
    expect(
      slopeChange(
        many,
        many.map((x) => (x === 50 ? 1 : 0)),
      ),
    ).toBe(1000);
    expect(() => slopeChange([1, 1, 1], [1, 2, 3])).toThrow(InconclusiveError);
  });
});

describe("quantile", () => {
  test("of known values", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.1)).toBeCloseTo(14);
  });

  test("lies among the values, rises with p, and does not depend on their order", () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
        const q = quantile(values, p);
        expect(q).toBeGreaterThanOrEqual(minimum(values));
        expect(q).toBeLessThanOrEqual(maximum(values));
        expect(quantile(values.toReversed(), p)).toBe(q);
        expect(quantile(values, p / 2)).toBeLessThanOrEqual(q);
      }),
    );
  });

  test("half of the values are on either side of the median", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const middle = median(values);
        expect(values.filter((v) => v < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((v) => v > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  test("of nothing is refused", () => {
    for (const of of [median, maximum, minimum]) expect(() => of([])).toThrow(InconclusiveError);
  });
});

describe("theilSen", () => {
  test("finds an exact line again", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 }),
        fc.integer({ min: -500, max: 500 }),
        number,
        (x, slope, intercept) => {
          const line = theilSen(
            x,
            x.map((xi) => intercept + slope * xi),
          );
          expect(line.slope).toBeCloseTo(slope, 6);
          expect(line.intercept).toBeCloseTo(intercept, 3);
        },
      ),
    );
  });

  test("is carried away by a quarter of wild points no further than the rest allow", () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 5, maxLength: 5 }), (wild) => {
        const x = Array.from({ length: 20 }, (_, i) => i);
        const y = x.map((xi) => (xi % 4 === 0 ? wild[xi / 4]! : 7 * xi + 100));
        expect(theilSen(x, y).slope).toBeCloseTo(7, 6);
      }),
    );
  });

  test("follows a scale and a shift of y", () => {
    const points = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 99 }), number), {
      minLength: 2,
      maxLength: 30,
      selector: ([x]) => x,
    });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 9 }), number, (pairs, by, shift) => {
        const x = pairs.map(([xi]) => xi);
        const y = pairs.map(([, yi]) => yi);
        const { slope } = theilSen(x, y);
        expect(
          theilSen(
            x,
            y.map((yi) => by * yi + shift),
          ).slope,
        ).toBeCloseTo(by * slope, 5);
      }),
    );
  });

  test("thins 5,000 noisy points the same way each time and still finds the slope", () => {
    const x = Array.from({ length: 5000 }, (_, i) => i);
    const y = x.map((xi) => 400 * xi + 5000 * Math.sin(xi * 12.9898));
    const line = theilSen(x, y);
    expect(line.slope).toBeGreaterThan(398);
    expect(line.slope).toBeLessThan(402);
    expect(theilSen(x, y)).toEqual(line);
  });

  test("needs two points that differ in x", () => {
    expect(() => theilSen([1, 1], [1, 2])).toThrow("two points");
    expect(() => theilSen([1, 2], [1])).toThrow("as many");
  });
});

describe("binomialInterval", () => {
  test("agrees with tables of the distribution", () => {
    expect(binomialInterval(10, 0.5, 0.95)).toEqual({ low: 2, high: 8 });
    expect(binomialInterval(400, 8 / 9, 0.999)).toEqual({ low: 334, high: 375 });
    expect(binomialInterval(20, 0, 0.99)).toEqual({ low: 0, high: 0 });
    expect(binomialInterval(20, 1, 0.99)).toEqual({ low: 20, high: 20 });
  });

  test("holds what it says, and no tail more than its half", () => {
    const trials = fc.integer({ min: 1, max: 60 });
    const chance = fc.integer({ min: 1, max: 99 }).map((n) => n / 100);
    fc.assert(
      fc.property(trials, chance, fc.constantFrom(0.9, 0.99, 0.999), (n, p, confidence) => {
        const { low, high } = binomialInterval(n, p, confidence);
        const mass = (from: number, to: number) => {
          let sum = 0;
          for (let k = from; k <= to; k += 1) sum += choose(n, k) * p ** k * (1 - p) ** (n - k);
          return sum;
        };
        const half = (1 - confidence) / 2 + 1e-9;
        expect(mass(low, high)).toBeGreaterThanOrEqual(confidence - 1e-9);
        expect(mass(0, low - 1)).toBeLessThanOrEqual(half);
        expect(mass(high + 1, n)).toBeLessThanOrEqual(half);
      }),
    );
  });

  test("is not lost in small numbers where n is large", () => {
    const { low, high } = binomialInterval(100_000, 0.5, 0.999);
    expect([low, high]).toEqual([49_480, 50_520]);
  });
});

describe("wilsonInterval", () => {
  test("agrees with the published example values", () => {
    const { low, high } = wilsonInterval(20, 20);
    expect(low).toBeCloseTo(0.8389, 4);
    expect(high).toBe(1);
    expect(wilsonInterval(5, 10).low).toBeCloseTo(0.2366, 4);
    expect(wilsonInterval(5, 10).high).toBeCloseTo(0.7634, 4);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test("holds the proportion, is mirrored by its complement and narrows with n", () => {
    const hits = fc
      .integer({ min: 1, max: 500 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(hits, ([k, n]) => {
        const { low, high } = wilsonInterval(k, n);
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(wilsonInterval(n - k, n).low).toBeCloseTo(1 - high, 9);
        const twice = wilsonInterval(2 * k, 2 * n);
        expect(twice.high - twice.low).toBeLessThan(high - low);
      }),
    );
  });
});

function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 0; i < k; i += 1) result = (result * (n - i)) / (i + 1);
  return result;
}
