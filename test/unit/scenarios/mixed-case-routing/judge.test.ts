import { resolve } from "node:path";
import { expect, test } from "vitest";
import { judgeFolder } from "../../../../harness/index.ts";
import { headOf } from "../../../../harness/judge/evidence.ts";
import { judgeArm } from "../../../../harness/judge/verdict.ts";

test("a stray that is not where its reload came is noticed, though the sum is right", async () => {
  const run = await judgeFolder(resolve(import.meta.dirname, "../../../../docs/example-run"));
  const scenario = run.scenarios.get("mixed-case-routing")!;
  const broken = run.records.find((rows) => {
    const { scenario: id, arm } = headOf(rows);
    return id === "mixed-case-routing" && arm === "broken";
  })!;
  const reloaded = broken.find((row) => row.type === "phase" && row.name === "nine-reload")!.t;
  const moved: Readonly<Record<string, number>> = { "backend-8": 1, "backend-9": -1 };
  const elsewhere = broken.map((row) =>
    row.type === "sample" && row.t >= reloaded && row.pids !== null
      ? { ...row, pids: row.pids + (moved[row.service] ?? 0) }
      : row,
  );
  const failed = (rows: typeof broken) =>
    judgeArm(scenario, rows).claims.flatMap(({ id, ok }) => (ok ? [] : [id]));
  expect(failed(broken)).toEqual([]);
  expect(failed(elsewhere)).toEqual(["where-they-came"]);
});
