import * as fc from "fast-check";
import { expect, test } from "vitest";
import { downsample, type Point } from "../../../../harness/report/chart/downsample.ts";

test("a spike of one sample among thousands is kept at its full height", () => {
  const points = Array.from({ length: 5000 }, (_, i): Point => [i / 10, i === 1234 ? 3 : 200]);
  expect(downsample(points, 1)).toContainEqual([123.4, 3]);
});

test("highest and lowest of every column survive, in order of time", () => {
  const heights = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(heights, (values) => {
      const points = values.map((y, i): Point => [i / 7, y]);
      const kept = downsample(points, 1);
      const ys = kept.map(([, y]) => y);
      expect(Math.max(...ys)).toBe(Math.max(...values));
      expect(Math.min(...ys)).toBe(Math.min(...values));
      expect(kept.map(([x]) => x)).toEqual(kept.map(([x]) => x).toSorted((a, b) => a - b));
      expect(kept.length).toBeLessThanOrEqual(2 * Math.ceil(values.length / 7));
    }),
  );
});

test("an idle stretch is two points, a break stays a break", () => {
  const idle = Array.from({ length: 100 }, (_, i): Point => [i, 50]);
  expect(downsample(idle, 1)).toEqual([
    [0, 50],
    [99, 50],
  ]);
  const broken = downsample(
    [
      [0, 1],
      [1, Number.NaN],
      [2, 1],
    ],
    1,
  );
  expect(broken.map(([, y]) => y)).toEqual([1, Number.NaN, 1]);
});
