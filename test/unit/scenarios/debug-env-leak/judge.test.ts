import { expect, test } from "vitest";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import { exampleOf } from "../../../support/example-run.ts";

test("a broken arm that was spared the bare loop is inconclusive, not reproduced", async () => {
  const { scenario, rows } = await exampleOf("debug-env-leak", "broken");
  expect(judgeArm(scenario, rows).verdict).toBe("reproduced");
  const spared = rows.filter((row) => row.type !== "phase" || row.name !== "loop");
  expect(judgeArm(scenario, spared).verdict).toBe("inconclusive");
});
