import { expect, test } from "vitest";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import { exampleOf } from "../../../support/example-run.ts";

test("a stray that is not where its reload came is noticed, though the sum is right", async () => {
  const { scenario, rows } = await exampleOf("mixed-case-routing", "broken");
  const reloaded = rows.find((row) => row.type === "phase" && row.name === "nine-reload")!.t;
  const moved: Readonly<Record<string, number>> = { "backend-8": 1, "backend-9": -1 };
  const elsewhere = rows.map((row) =>
    row.type === "sample" && row.t >= reloaded && row.pids !== null
      ? { ...row, pids: row.pids + (moved[row.service] ?? 0) }
      : row,
  );
  const failed = (record: typeof rows) =>
    judgeArm(scenario, record).claims.flatMap(({ id, ok }) => (ok ? [] : [id]));
  expect(failed(rows)).toEqual([]);
  expect(failed(elsewhere)).toEqual(["where-they-came"]);
});
