import { resolve } from "node:path";
import { expect, test } from "vitest";
import { judgeFolder } from "../../../../harness/index.ts";
import { headOf } from "../../../../harness/judge/evidence.ts";
import { judgeArm } from "../../../../harness/judge/verdict.ts";

test("a broken arm that was spared the bare loop is inconclusive, not reproduced", async () => {
  const run = await judgeFolder(resolve(import.meta.dirname, "../../../../docs/example-run"));
  const scenario = run.scenarios.get("debug-env-leak")!;
  const broken = run.records.find((rows) => {
    const { scenario: id, arm } = headOf(rows);
    return id === "debug-env-leak" && arm === "broken";
  })!;
  expect(judgeArm(scenario, broken).verdict).toBe("reproduced");
  const spared = broken.filter((row) => row.type !== "phase" || row.name !== "loop");
  expect(judgeArm(scenario, spared).verdict).toBe("inconclusive");
});
