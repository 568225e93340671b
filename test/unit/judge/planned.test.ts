import { expect, test } from "vitest";
import { armOf, headFault } from "../../../harness/judge/planned.ts";
import { headOf } from "../../../harness/judge/rows.ts";
import { judgeArm, judgeRun } from "../../../harness/judge/verdict.ts";
import { verdictSchema } from "../../../harness/judge/verdict-schema.ts";
import { MiB } from "../../../harness/judge/units.ts";
import { engine, head, leak, record, tail } from "./synthetic.ts";

const broken = record("broken", "broken", MiB);
const fixed = record("fixed", "fixed", 1024);
const run = { startedAt: "2026-01-02T03:04:05.000Z", durationMs: 1, engine, leftovers: [] };
const scenarios = new Map([["leak", leak]]);
const planned = [
  { scenario: "leak", arm: "broken", role: "broken", repeat: 1 },
  { scenario: "leak", arm: "fixed", role: "fixed", repeat: 1 },
] as const;
const words = (records: Parameters<typeof judgeRun>[0]["records"]) => {
  const verdict = judgeRun({ run, scenarios, records, plan: planned });
  expect(verdictSchema.safeParse(verdict).error).toBeUndefined();
  return verdict.scenarios[0]!.arms.map(({ name, verdict: word }) => `${name}: ${word}`);
};

test("records that stand where the plan has them are judged", () => {
  expect(words([broken, fixed])).toEqual(["broken: reproduced", "fixed: fixed"]);
});

test("one arm's record copied over another's costs that arm, and no more", () => {
  expect(words([broken, broken])).toEqual(["broken: reproduced", "fixed: inconclusive"]);
  expect(words([fixed, fixed])).toEqual(["broken: inconclusive", "fixed: inconclusive"]);
});

test("so does a record without a head, or none of this run", () => {
  expect(words([broken, []])).toEqual(["broken: reproduced", "fixed: inconclusive"]);
  expect(words([broken, [tail(1)]])).toEqual(["broken: reproduced", "fixed: inconclusive"]);
  const other = [{ ...headOf(fixed), scenario: "elsewhere" }, ...fixed.slice(1)];
  expect(words([broken, other])).toEqual(["broken: reproduced", "fixed: inconclusive"]);
});

test.each(["scenario", "arm", "role", "repeat"] as const)("a head of another %s is told", (key) => {
  const [plan] = planned;
  expect(headFault({ ...headOf(broken), [key]: "x" }, plan)).toContain(`its ${key} is "x"`);
  expect(headFault(headOf(broken), plan)).toBeUndefined();
});

test.each(["__proto__", "constructor", "toString"])("%s is no arm", (name) => {
  expect(armOf(leak, name)).toBeUndefined();
  const arm = judgeArm(leak, [head(name, "broken"), ...broken.slice(1)]);
  expect(arm).toMatchObject({ verdict: "inconclusive", ok: false });
  expect(arm.reason).toContain("has no arm");
});
