import * as fc from "fast-check";
import { expect, test } from "vitest";
import { secondTicks, valueTicks } from "../../../../harness/report/chart/scale.ts";

const MiB = 1024 ** 2;

test("bytes get binary steps, counts whole ones", () => {
  expect(valueTicks(512 * MiB, "B", 5).at.map((at) => at / MiB)).toEqual([0, 128, 256, 384, 512]);
  expect(valueTicks(3, "1", 5).at).toEqual([0, 1, 2, 3]);
  expect(valueTicks(0, "B", 5).at).toEqual([0]);
});

test("seconds get steps of a clock", () => {
  expect(secondTicks(62, 8).at).toEqual([0, 10, 20, 30, 40, 50, 60]);
  expect(secondTicks(150, 6).at).toEqual([0, 30, 60, 90, 120, 150]);
});

test("every axis holds its highest value and has few ticks", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
      fc.constantFrom("B", "1", "ms"),
      (max, unit) => {
        const ticks = valueTicks(max, unit, 5);
        expect(ticks.top).toBeGreaterThan(max);
        expect(ticks.at.length).toBeGreaterThan(1);
        expect(ticks.at.length).toBeLessThanOrEqual(7);
      },
    ),
  );
});

test("whatever a double holds has an axis: of steps, or of its end alone", () => {
  const edges = [5e-324, 1e-320, 1e-300, 1e300, 1.75e308, Number.MAX_VALUE, Infinity, -1e308, NaN];
  const any = fc.oneof(fc.double(), fc.constantFrom(...edges));
  fc.assert(
    fc.property(any, fc.constantFrom("B", "B/row", "1", "ms"), (max, unit) => {
      for (const { at, top } of [valueTicks(max, unit, 5), secondTicks(max, 8)]) {
        expect(at.length).toBeGreaterThan(0);
        expect(at.length).toBeLessThanOrEqual(10);
        expect([...at, top].every(Number.isFinite)).toBe(true);
        expect(top).toBeGreaterThan(0);
        expect(top).toBeGreaterThanOrEqual(Math.min(max, Number.MAX_VALUE) || 0);
      }
    }),
  );
});
