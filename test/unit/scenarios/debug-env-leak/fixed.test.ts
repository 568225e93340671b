import { beforeAll, expect, test } from "vitest";
import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { only } from "../../../../harness/judge/rows.ts";
import { MiB } from "../../../../harness/judge/units.ts";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import type { Json, Row, SampleRow } from "../../../../harness/record/schema.ts";
import type { ScenarioDefinition } from "../../../../harness/scenario/types.ts";
import { exampleOf } from "../../../support/example-run.ts";

/*
 * What a right fix left, with one thing changed in it: the claim that speaks of that fails, alone.
 */

let scenario: ScenarioDefinition;
let rows: readonly Row[];
beforeAll(async () => {
  ({ scenario, rows } = await exampleOf("debug-env-leak", "hard-coded"));
}, 60_000);

const failed = (record: readonly Row[]) => {
  const { verdict, reason, claims } = judgeArm(scenario, record);
  const ids = claims.flatMap(({ id, ok }) => (ok ? [] : [id]));
  return { verdict, reason, ids };
};
const alone = (id: string) => ({ verdict: "not fixed", reason: undefined, ids: [id] });
const phaseOf = (name: string) => evidenceOf(rows, scenario).phase(name);

test("as it is, it is fixed", () => {
  expect(failed(rows)).toEqual({ verdict: "fixed", reason: undefined, ids: [] });
});

test.each([
  ["every-log", "logs stored after empty", { right: 2999, wrong: 0 }],
  ["nothing-else", "logs stored after empty", { right: 3000, wrong: 1 }],
  ["every-log-again", "logs stored after last look", { right: 3009, wrong: 0 }],
  ["nothing-else-again", "logs stored after last look", { right: 3010, wrong: 1 }],
  ["no-open-work", "connections", { all: 1, busy: 0 }],
  ["no-open-work", "connections", { all: 1, busy: 1 }],
  ["nothing-piles-up", "connections after empty", -5],
  ["bucket-as-it-was", "objects altered", 1],
] as const)("%s: %s", (id, name, value) => {
  // An ended worker that leaves nothing open, so that only the change is told of.
  expect(failed(observed(rows, name, value))).toEqual(alone(id));
});

test.each([
  ["keeps-no-rows", "empty", "anon", 2500 * 3000],
  ["keeps-no-rows", "empty", "shmem", 2500 * 3000],
] as const)("%s: what each leaves in memory", (id, phase, metric, bytes) => {
  expect(failed(rising(rows, "worker", phase, metric, bytes))).toEqual(alone(id));
});

test("a step of the allocator is no leak", () => {
  const { from, to } = phaseOf("empty");
  const stepped = sampled(rows, "worker", (row) =>
    row.t > from && row.t < to
      ? { ...row, anon: row.t > from + 0.6 * (to - from) ? 33 * MiB : 30 * MiB }
      : row,
  );
  expect(failed(stepped).ids).toEqual([]);
});

test("fetches-what-changed: all is sent again", () => {
  const all = rising(rows, "bucket", "again", "tx", 40 * MiB);
  expect(failed(all)).toEqual(alone("fetches-what-changed"));
});

test("a worker that goes on running may, and is held to what it was", () => {
  expect(failed(goingOn({})).ids).toEqual([]);
  expect(failed(goingOn({ anon: MiB }))).toEqual(alone("stays-level"));
  expect(failed(goingOn({ shmem: MiB }))).toEqual(alone("stays-level"));
  for (const metric of ["processes", "fds", "sockets"])
    expect(failed(goingOn({ [metric]: 5 }))).toEqual(alone("nothing-piles-up"));
});

test("who did well and was not looked at to the end is not judged", () => {
  const without = (name: string) => rows.filter((row) => row.type !== "phase" || row.name !== name);
  expect(failed(without("again")).verdict).toBe("inconclusive");
  expect(failed(without("last look")).verdict).toBe("inconclusive");
});

test("an import that falls over at once is not fixed, though nothing of it was sampled", () => {
  const { from, to } = phaseOf("empty");
  const ended = rows.filter(
    (row) =>
      (row.t < to || row.type === "tail" || row.type === "drive-end") &&
      (row.type !== "sample" || row.service !== "worker" || row.t < from),
  );
  const job = {
    ...(evidenceOf(rows, scenario).observed("the job of empty") as object),
    exitCode: 1,
  };
  const fallen = observed(observed(ended, "the job of empty", job), "logs stored after empty", {
    right: 0,
    wrong: 0,
  }).map((row) =>
    row.type === "event" && row.action === "die" && row.t >= from && row.t < to
      ? { ...row, exitCode: 1 }
      : row,
  );
  expect(failed(fallen)).toEqual({
    verdict: "not fixed",
    reason: undefined,
    ids: ["ends-well", "every-log"],
  });
});

const observed = (record: readonly Row[], name: string, value: Json): readonly Row[] =>
  record.map((row) => (row.type === "observation" && row.name === name ? { ...row, value } : row));

const sampled = (record: readonly Row[], service: string, change: (row: SampleRow) => SampleRow) =>
  record.map((row) => (row.type === "sample" && row.service === service ? change(row) : row));

/** A metric that gains `amount` in the course of a phase, and keeps it to the end of that. */
function rising(
  record: readonly Row[],
  service: string,
  phase: string,
  metric: "anon" | "shmem" | "tx",
  amount: number,
) {
  const { from, to } = phaseOf(phase);
  const inside = only(record, "sample").filter(
    (row) => row.service === service && row.t >= from && row.t < to,
  );
  const last = inside.at(-1)!.t;
  return sampled(record, service, (row) =>
    row.t >= from && row.t < to
      ? { ...row, [metric]: (row[metric] ?? 0) + (amount * (row.t - from)) / (last - from) }
      : row,
  );
}

/** The same, had the worker gone on running: with so much more at the end than at first. */
function goingOn(more: Partial<Record<string, number>>): readonly Row[] {
  const { from } = phaseOf("last look");
  const { to } = evidenceOf(rows, scenario).whole();
  const own = only(rows, "sample").filter(({ service }) => service === "worker");
  const first = own.findLast(({ t }) => t < phaseOf("again").from)!;
  const grown = Object.entries(more).map(([metric, n]) => [
    metric,
    Number(first[metric as keyof SampleRow] ?? 0) + n!,
  ]);
  const middle = (from + to) / 2;
  const stretch = (t: number, until: number, values = {}): SampleRow => {
    const row = { ...first, peak: own.at(-1)!.peak, cpuMs: own.at(-1)!.cpuMs, ...values };
    return { ...row, t, until, n: Math.floor((until - t) / 50) };
  };
  const looked = [stretch(from, middle - 50), stretch(middle, to - 50, Object.fromEntries(grown))];
  return observed(
    [...rows.slice(0, -1), ...looked, rows.at(-1)!],
    "the worker goes on",
    true,
  ).toSorted((a, b) => a.t - b.t);
}
