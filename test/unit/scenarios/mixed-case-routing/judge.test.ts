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

test("one reload that was refused: all was not well, and nothing else was amiss", async () => {
  const { scenario, rows } = await exampleOf("mixed-case-routing", "broken");
  const refused = rows.map((row) =>
    row.type === "observation" && row.name === "three: reload"
      ? { ...row, value: { ...(row.value as object), IronHand: [500, backendOf(row.value)] } }
      : row,
  );
  const { claims } = judgeArm(scenario, refused);
  expect(claims.flatMap(({ id, ok }) => (ok ? [] : [id]))).toEqual(["all-is-well"]);
});

const backendOf = (value: unknown) => (value as Record<string, number[]>)["IronHand"]![1]!;
