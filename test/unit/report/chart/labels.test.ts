import * as fc from "fast-check";
import { expect, test } from "vitest";
import { spread } from "../../../../harness/report/chart/labels.ts";

test("labels that would overlap move apart, others stay where they wish", () => {
  const at = (y: number, x = 0) => ({ x, y, width: 50 });
  expect(spread([at(100), at(40)], 14, 0, 200)).toEqual([100, 40]);
  expect(spread([at(100), at(100), at(100, 80)], 14, 0, 200)).toEqual([100, 114, 100]);
  expect(spread([at(199), at(199)], 14, 0, 200)).toEqual([186, 200]);
});

test("no two labels of one column overlap while there is room for all", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 }), (ys) => {
      const placed = spread(
        ys.map((y) => ({ x: 0, y, width: 50 })),
        14,
        0,
        300,
      ).toSorted((a, b) => a - b);
      for (const [index, y] of placed.entries()) {
        expect(y).toBeLessThanOrEqual(300);
        if (index > 0) expect(y - (placed[index - 1] ?? 0)).toBeGreaterThanOrEqual(14);
      }
    }),
  );
});
