import { expect, test } from "vitest";
import { sparkline } from "../../../../harness/report/terminal/sparkline.ts";

test("bars run up to the limit, else to the highest value", () => {
  expect(sparkline([0, 128, 256, 512], 512)).toBe("▁▃▅█");
  expect(sparkline([0, 1, 2])).toBe("▁▅█");
});

test("nothing, zeros and values above the limit are drawn too", () => {
  expect(sparkline([])).toBe("");
  expect(sparkline([0, 0])).toBe("▁▁");
  expect(sparkline([600], 512)).toBe("█");
});
