import { beforeAll, expect, test } from "vitest";
import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { only } from "../../../../harness/judge/rows.ts";
import { MiB } from "../../../../harness/judge/units.ts";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import { valueBefore } from "../../../../harness/scenario/index.ts";
import { inside } from "../../../../harness/judge/window.ts";
import type { Json, SampleRow } from "../../../../harness/record/schema.ts";
import { memoryPerRow } from "../../../../scenarios/debug-env-leak/reading.ts";
import scenario from "../../../../scenarios/debug-env-leak/scenario.ts";
import { exampleOf } from "../../../support/example-run.ts";
import { more, sampled, withPeaks } from "../../../support/spans.ts";
import { observed as observedAs, type Rows } from "../../../support/tampered.ts";

/*
 * What a right fix left, with one thing changed in it: the claim that speaks of that fails, alone.
 */

let rows: Rows;
beforeAll(async () => {
  ({ rows } = await exampleOf(scenario.id, "hard-coded"));
}, 60_000);

const failed = (record: Rows) => {
  const { verdict, reason, claims } = judgeArm(scenario, record);
  const ids = claims.flatMap(({ id, ok }) => (ok ? [] : [id]));
  return { verdict, reason, ids };
};
const alone = (id: string) => ({ verdict: "not fixed", reason: undefined, ids: [id] });
const without = (...names: readonly string[]) =>
  rows.filter((row) => row.type !== "phase" || !names.includes(row.name));
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
  expect(failed(rising("worker", phase, metric, bytes))).toEqual(alone(id));
});

test("never-killed: one of the worker's processes, though it ends well itself", () => {
  const killed = more("worker", "oomKills", 1, "empty", "again")(rows);
  expect(failed(killed)).toEqual(alone("never-killed"));
});

test.each([
  ["first try", "broken off"],
  ["again", "last look"],
])("stays-small: 150 MiB more in %s, not all of it its own", (phase, next) => {
  const large = more("worker", "current", 150 * MiB, phase, next)(rows);
  expect(failed(withPeaks(large))).toEqual(alone("stays-small"));
});

test("ends-well: it ends badly before the lab breaks it off", () => {
  expect(failed(without("broken off"))).toEqual(alone("ends-well"));
});

test("what an import left that was broken off is not counted to the next one", () => {
  const slow = rising("worker", "empty", "anon", 1000 * 3000);
  expect(failed(slow).ids).toEqual([]);
  const little = observed(slow, "logs stored after first try", { right: 2000, wrong: 1 });
  expect(failed(little)).toEqual(alone("keeps-no-rows"));
});

test("memory over rows begins with the first row of its own", () => {
  const e = evidenceOf(rows, scenario);
  const before = e.observedSeries("rows", e.phase("empty")).v[0]!;
  expect(before).toBeGreaterThan(0);
  expect(memoryPerRow(e, "empty").x[0]).toBeGreaterThan(before);
});

test("a step of the allocator is no leak", () => {
  const during = phaseOf("empty");
  const step = during.from + 0.6 * (during.to - during.from);
  const stepped = sampled(rows, "worker", during, ({ t }) => ({
    anon: (t > step ? 33 : 30) * MiB,
  }));
  expect(failed(stepped).ids).toEqual([]);
});

test("fetches-what-changed: all is sent again", () => {
  const all = rising("bucket", "again", "tx", 40 * MiB);
  expect(failed(all)).toEqual(alone("fetches-what-changed"));
});

test("a worker that goes on running may, and is held to what it was", () => {
  expect(failed(goingOn({})).ids).toEqual([]);
  expect(failed(goingOn({ anon: MiB }))).toEqual(alone("stays-level"));
  expect(failed(goingOn({ shmem: MiB }))).toEqual(alone("stays-level"));
  for (const metric of ["processes", "fds", "sockets"])
    expect(failed(goingOn({ [metric]: 5 }))).toEqual(alone("nothing-piles-up"));
});

test("who was spared the deployment in mid-import is not judged", () => {
  const during = phaseOf("broken off");
  const spared = without("broken off").filter(
    (row) => row.type !== "event" || row.service !== "worker" || !inside(during, row.t),
  );
  expect(failed(spared).verdict).toBe("inconclusive");
  expect(failed(without("first try", "broken off")).verdict).toBe("inconclusive");
});

test("who did well and was not looked at to the end is not judged", () => {
  expect(failed(without("again")).verdict).toBe("inconclusive");
  expect(failed(without("last look")).verdict).toBe("inconclusive");
});

test("an import that falls over at once is not fixed, though nothing of it was sampled", () => {
  const during = phaseOf("empty");
  const events = only(rows, "event").filter(({ service }) => service === "worker");
  const end = events.find(({ action, t }) => action === "die" && inside(during, t))!;
  const begin = events.findLast(({ action, t }) => action === "start" && t < end.t)!;
  const first = rows.find(({ t }) => t >= Math.max(begin.t, during.from))!;
  const next = only(rows, "phase").find(({ name }) => name === "again")!;
  const ended = rows.flatMap((row): Rows => {
    if (row === first) return [row, { ...end, t: first.t, exitCode: 1 }];
    const goneBy = "service" in row && row.service === "worker" ? first.t : next.t;
    return row.t < goneBy || row.type === "drive-end" || row.type === "tail" ? [row] : [];
  });
  const job = { ...(evidenceOf(rows).observed("the job of empty") as object), exitCode: 1 };
  const stored = { right: 0, wrong: 0 };
  const fallen = observed(ended, "the job of empty", job);
  expect(failed(observed(fallen, "logs stored after empty", stored))).toEqual({
    verdict: "not fixed",
    reason: undefined,
    ids: ["ends-well", "every-log"],
  });
});

const observed = (record: Rows, name: string, value: Json) => observedAs(record, name, () => value);

/** A metric that gains `amount` in the course of a phase, as the rows come to the database. */
function rising(
  service: string,
  phase: string,
  metric: "anon" | "shmem" | "tx",
  amount: number,
): Rows {
  const during = phaseOf(phase);
  const received = evidenceOf(rows, scenario).series("postgres", "rx", { from: 0, to: during.to });
  const by = (t: number) => valueBefore(received, t + 1);
  const [first, last] = [by(during.from), by(during.to)];
  return sampled(rows, service, during, (row) => ({
    [metric]: (row[metric] ?? 0) + (amount * (by(row.t) - first)) / (last - first),
  }));
}

/** The same, had the worker gone on running: with so much more at the end than at first. */
function goingOn(more: Partial<Record<string, number>>): Rows {
  const { from } = phaseOf("last look");
  const { to } = evidenceOf(rows, scenario).whole();
  const own = only(rows, "sample").filter(({ service }) => service === "worker");
  const first = own.findLast(({ t, anon }) => t < phaseOf("again").from && anon !== null)!;
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
