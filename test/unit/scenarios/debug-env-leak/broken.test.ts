import { beforeAll, describe, expect, test } from "vitest";
import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import { inside } from "../../../../harness/judge/window.ts";
import type { Json } from "../../../../harness/record/schema.ts";
import {
  jobOf,
  runOf,
  type Phase,
  type Run,
} from "../../../../scenarios/debug-env-leak/reading.ts";
import scenario from "../../../../scenarios/debug-env-leak/scenario.ts";
import { exampleOf } from "../../../support/example-run.ts";
import { all, sampled, scaled, span, spared, type Change } from "../../../support/spans.ts";
import { judged, observed, undisturbed, type Rows } from "../../../support/tampered.ts";

/*
 * What the fault left, with one thing put otherwise: the claim that speaks of it fails, and no other.
 */

const recordOf = async (arm: string) => undisturbed((await exampleOf(scenario.id, arm)).rows);
const evidence = (rows: Rows) => evidenceOf(rows, scenario);

const saw =
  (name: string, value: Json): Change =>
  (rows) =>
    observed(rows, name, () => value);

/** A job of the worker left something else. */
const job =
  (phase: Phase, other: (rows: Rows) => Partial<Run>): Change =>
  (rows) =>
    observed(rows, jobOf(phase), (run) => ({ ...(run as Run), ...other(rows) }));

const lastKey = (rows: Rows, phase: Phase) => runOf(evidence(rows), phase).lastKey;

/** The third import falls over by itself. */
const twoKills: Change = (rows) => {
  const during = span(rows, "flushed", "loop");
  const ended = job("flushed", () => ({ exitCode: 1 }))(spared(rows, "worker", during));
  return ended.map((row) =>
    row.type === "event" && row.action === "die" && inside(during, row.t)
      ? { ...row, exitCode: 1 }
      : row,
  );
};

/** All rows together cost what they did, but the last nearly twice what the first does. */
const bent: Change = (rows) => {
  const during = span(rows, "empty", "leftovers");
  const [low, high] = [
    evidence(rows).lowest("worker", "anon", during),
    evidence(rows).highest("worker", "anon", during),
  ];
  return sampled(rows, "worker", during, ({ anon }) => {
    const share = (anon! - low) / (high - low);
    return { anon: anon! + 0.3 * share * (share - 1) * (high - low) };
  });
};

const otherwise: readonly (readonly [claim: string, what: string, Change])[] = [
  ["killed-by-the-kernel", "two of three times", twoKills],
  [
    "dies-at-another-key",
    "one key further on",
    job("leftovers", (rows) => ({
      lastKey: 1 + Math.max(lastKey(rows, "empty"), lastKey(rows, "flushed")),
    })),
  ],
  ["the-deadly-key-passes", "it does not", saw("the deadly key stored", 0)],
  [
    "and-the-other-way-round",
    "it dies at the same key as the second",
    job("flushed", (rows) => ({ lastKey: lastKey(rows, "leftovers") })),
  ],
  ["bytes-per-row", "a row costs half", scaled("worker", "anon", 1 / 2, "empty", "leftovers")],
  ["in-a-straight-line", "each costs more than the one before", bent],
  ["bare-loop-leaks", "a call keeps a tenth", scaled("worker", "anon", 1 / 10, "loop")],
  ["debug-is-on", "one command runs without it", job("loop", () => ({ settingsDebug: false }))],
  ["debug-is-on", "one is given another word", job("loop", () => ({ environDebug: "False" }))],
  ["looks-right-from-outside", "the platform's is seen", saw("DEBUG by docker exec", "agent")],
];

describe("broken", () => {
  let rows: Rows;
  beforeAll(async () => {
    rows = await recordOf("broken");
  });

  test("the failure is reproduced, and each of its claims has its turn here", () => {
    const { verdict, claims } = judgeArm(scenario, rows);
    expect(verdict).toBe("reproduced");
    expect(new Set(otherwise.map(([id]) => id))).toEqual(new Set(claims.map(({ id }) => id)));
  });

  test.each(otherwise)("%s fails alone: %s", (id, _, change) => {
    expect(judged(scenario, change(rows))).toEqual({ verdict: "not reproduced", failed: [id] });
  });
});

describe("held against the failure", () => {
  let broken: Rows;
  let fixed: Rows;
  beforeAll(async () => {
    broken = await recordOf("broken");
    fixed = await recordOf("hard-coded");
  });

  test("a fix is fixed", () => {
    expect(judged(scenario, fixed, broken)).toEqual({ verdict: "fixed", failed: [] });
  });

  test("less-memory fails alone where the failure's peak was hardly higher", () => {
    const hardly = all(
      scaled("worker", "current", 1 / 20, "empty", "leftovers"),
      scaled("worker", "peak", 1 / 20, "empty", "leftovers"),
    )(broken);
    expect(judged(scenario, fixed, hardly)).toEqual({
      verdict: "not fixed",
      failed: ["less-memory"],
    });
  });
});
