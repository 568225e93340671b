import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { judgeFolder, type JudgedRun } from "../../../harness/index.ts";
import { judgeSoFar } from "../../../harness/judge/early.ts";
import { headOf } from "../../../harness/judge/rows.ts";
import { knownUntil, soFar } from "../../../harness/judge/so-far.ts";
import { driveEnd } from "../../../harness/judge/time.ts";
import type { Row, SampleRow } from "../../../harness/record/schema.ts";
import { exampleOf } from "../../support/example-run.ts";
import { values } from "../../support/rows.ts";
import { undisturbed } from "../../support/tampered.ts";

const folder = join(resolve(import.meta.dirname, "../../.."), "docs/example-run");
const cuts = 8;

describe("each arm of the example run, cut again and again", () => {
  let run: JudgedRun;
  beforeAll(async () => {
    run = await judgeFolder(folder);
  }, 60_000);

  const firstNo = (rows: readonly Row[]) => {
    const definition = run.scenarios.get(headOf(rows).scenario)!;
    const [end, step] = [driveEnd(rows), driveEnd(rows) / cuts];
    for (let at = step; at <= end; at += step)
      if (judgeSoFar(definition, soFar(rows, at)).failed.length > 0) return at;
    return undefined;
  };
  const armsOf = (wanted: "fixed" | "wrong fix") =>
    run.verdict.scenarios.flatMap(({ id, arms }) =>
      arms
        .filter((arm) => (arm.role === "fixed" ? "fixed" : arm.kind) === wanted)
        .map((arm) => ({
          ...arm,
          rows: run.records.find(
            (rows) => headOf(rows).scenario === id && headOf(rows).arm === arm.name,
          )!,
        })),
    );

  test("no right fix gets an early no", () => {
    const fixes = armsOf("fixed");
    expect(fixes.length).toBeGreaterThan(20);
    for (const { name, rows } of fixes) expect([name, firstNo(rows)]).toEqual([name, undefined]);
  });

  test("most wrong ones do", () => {
    const wrong = armsOf("wrong fix");
    const told = wrong.filter(({ rows }) => firstNo(rows) !== undefined);
    expect(told.length / wrong.length).toBeGreaterThan(0.7);
  });
});

test("what came too late on a machine that stood still is no early no", async () => {
  const { scenario, rows: measured } = await exampleOf("eventlet-drift", "hosts-file");
  const rows = undisturbed(measured);
  const late = rows.find((row) => row.type === "observation" && row.name === "accepted")!.t;
  const until = late + 1;
  expect(judgeSoFar(scenario, soFar(rows, until)).failed.map(({ id }) => id)).toEqual(["accepted"]);
  const stood = { type: "stall", t: late - 4000, until: late - 1, what: "engine" } as const;
  const disturbed = rows.flatMap((row) =>
    row.t === late && row.type === "observation" ? [stood, row] : [row],
  );
  expect(judgeSoFar(scenario, soFar(disturbed, until)).failed).toEqual([]);
});

test("nothing is said before the baseline, nor of a scenario that names no such claims", async () => {
  const { scenario, rows } = await exampleOf("boto-close", "bigger-box");
  const { early: _, ...judge } = scenario.judge;
  expect(judgeSoFar({ ...scenario, judge }, rows)).toEqual({ failed: [], holding: [] });
  const before = rows.find((row) => row.type === "phase" && row.name === "baseline")!.t;
  expect(judgeSoFar(scenario, soFar(rows, before))).toEqual({ failed: [], holding: [] });
});

describe("a record so far", () => {
  const sample = (t: number, until: number, n: number): SampleRow => ({
    type: "sample",
    service: "box",
    t,
    until,
    n,
    ...values({ anon: 1 }),
  });

  test("of a run of identical samples those before the moment", () => {
    const run = sample(100, 500, 5);
    expect(soFar([run], 300)).toEqual([sample(100, 200, 2)]);
    expect(soFar([run], 301)).toEqual([sample(100, 300, 3)]);
    expect(soFar([run], 100)).toEqual([]);
    expect(soFar([run], 501)).toEqual([run]);
  });

  test("nothing of later, and no stall that lasts", () => {
    const rows: Row[] = [
      { type: "phase", t: 100, name: "baseline" },
      { type: "stall", t: 150, until: 900, what: "lab" },
      { type: "phase", t: 200, name: "hang" },
    ];
    expect(soFar(rows, 200)).toEqual(rows.slice(0, 1));
    expect(soFar(rows, 1000)).toEqual(rows);
  });

  test("it is known until the newest sample of the service that is furthest behind, and lives", () => {
    const other = { ...sample(100, 140, 2), service: "other" };
    expect(knownUntil([])).toBe(0);
    expect(knownUntil([sample(100, 500, 5), other])).toBe(140);
    const died = { type: "event", t: 150, service: "other", action: "die" } as const;
    expect(knownUntil([sample(100, 500, 5), other, died])).toBe(500);
  });
});
