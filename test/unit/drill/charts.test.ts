import { expect, test } from "vitest";
import { sparkline } from "../../../harness/cli/drill-text.ts";

test("a course is drawn from nothing to its highest, and what nobody saw is blank", () => {
  expect(sparkline([null, 0, 50, 100])).toBe(" ▁▅█");
  expect(sparkline([0, 0])).toBe("▁▁");
});
