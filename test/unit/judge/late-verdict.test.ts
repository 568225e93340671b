import { expect, test } from "vitest";
import { count, value } from "../../../harness/judge/claims.ts";
import type { Evidence } from "../../../harness/judge/types.ts";
import { judgeArm } from "../../../harness/judge/verdict.ts";
import { verdictSchema } from "../../../harness/judge/verdict-schema.ts";
import type { Row, StallRow } from "../../../harness/record/schema.ts";
import type { ScenarioDefinition } from "../../../harness/scenario/types.ts";
import { leak, observation, record } from "./synthetic.ts";

/** An answer must come within a second; without the fix it comes after two and more. */
const slow = {
  ...leak,
  judge: {
    guards: leak.judge.guards,
    figures: () => ({}),
    broken: (e: Parameters<typeof leak.judge.broken>[0]) => [
      value("late", { says: "late", measured: e.number("answer"), unit: "s", atLeast: 2 }),
    ],
    fixed: (e: Parameters<typeof leak.judge.fixed>[0]) => [
      value("flat", { says: "soon", measured: e.number("answer"), unit: "s", atMost: 1 }),
    ],
  },
};
const stall = (ms: number, what: StallRow["what"] = "engine"): Row => ({
  type: "stall",
  t: 3000,
  until: 3000 + ms,
  what,
});
/** The verdict on an arm whose answer took so many seconds, in a drive in which something stood still. */
function judged(arm: string, seconds: number, ...stalls: readonly Row[]) {
  return judgedBy(slow, arm, seconds, ...stalls);
}
function judgedBy(by: ScenarioDefinition, arm: string, seconds: number, ...stalls: readonly Row[]) {
  const rows = record(arm, leak.arms[arm]!.role, 1024);
  const told = [...stalls, observation(6400, "answer", seconds)];
  return judgeArm(by, rows.toSpliced(-2, 0, ...told));
}

test.each([
  ["fixed", 0.5, 0, "fixed"],
  ["fixed", 2.5, 0, "not fixed"],
  ["fixed", 2.5, 2000, "inconclusive"],
  ["fixed", 3.5, 1000, "not fixed"],
  ["fixed", 0.5, 3000, "fixed"],
  ["broken", 3, 0, "reproduced"],
  ["broken", 3, 2000, "inconclusive"],
  ["broken", 0.5, 2000, "not reproduced"],
  ["bigger", 2.5, 0, "rejected"],
  ["bigger", 2.5, 2000, "inconclusive"],
  ["bigger", 0.5, 2000, "accepted"],
  ["idle", 0.5, 2000, "not reproduced"],
  ["idle", 2.5, 2000, "inconclusive"],
  ["suspect", 2.5, 2000, "inconclusive"],
])("%s, %d s with %d ms of stall: %s", (arm, seconds, ms, expected) => {
  const verdict = judged(arm, seconds, ...(ms > 0 ? [stall(ms)] : []));
  expect(verdict.verdict).toBe(expected);
  expect(verdict.disturbed ?? false).toBe(expected === "inconclusive");
});

test("a wrong fix is left open, too, where only a claim that it doesn't name failed for sure", () => {
  const { judge } = slow;
  const sure = count("sure", { says: "sure", n: 1, atMost: 0 });
  const both = { ...slow, judge: { ...judge, fixed: (e: Evidence) => [...judge.fixed(e), sure] } };
  const open = judgedBy(both, "bigger", 2.5, stall(2000));
  const claims = [{}, { ok: false }];
  expect(open).toMatchObject({ verdict: "inconclusive", disturbed: true, claims });
});

test("what is inconclusive for another reason is not left open by the machine", () => {
  const guards = () => [{ what: "a load", ok: false }];
  const unproven = { ...slow, judge: { ...slow.judge, guards } };
  const arm = judgedBy(unproven, "fixed", 2.5, stall(2000));
  expect(arm.verdict).toBe("inconclusive");
  expect(arm).not.toHaveProperty("disturbed");
});

test("the reader is told what stood still and what that may have decided", () => {
  const arm = judged("fixed", 2.5, stall(2000));
  expect(arm.reason).toBe(
    "The machine disturbed the drive: the engine gave no answer for 2.0 s. That may have decided flat.",
  );
  expect(arm.claims[0]).toMatchObject({ id: "flat", ok: false, doubtful: true });
  expect(verdictSchema.shape.scenarios.element.shape.arms.element.parse(arm)).toEqual(arm);
});

test("a stall that decides nothing is a note", () => {
  const arm = judged("fixed", 0.5, stall(2000));
  expect(arm.notes.join()).toContain("the engine gave no answer for 2.0 s");
  expect(arm.claims[0]).not.toHaveProperty("doubtful");
});

test("a clock that was set by an hour makes every claim of a time inconclusive", () => {
  const hour = stall(3_600_000, "clock");
  for (const seconds of [0.5, 2.5]) {
    expect(judged("fixed", seconds, hour).verdict).toBe("inconclusive");
    expect(judged("broken", seconds, hour).verdict).toBe("inconclusive");
  }
});
