import { beforeAll, describe, expect, test } from "vitest";
import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import type { Json } from "../../../../harness/record/schema.ts";
import scenario from "../../../../scenarios/eventlet-drift/scenario.ts";
import { SLA, waits } from "../../../../scenarios/eventlet-drift/waits.ts";
import { exampleOf } from "../../../support/example-run.ts";
import { judged, observed, undisturbed, type Rows } from "../../../support/tampered.ts";

/*
 * What the fault left, with one thing put otherwise: the claim that speaks of it fails, and no other.
 */

const recordOf = async (arm: string) => undisturbed((await exampleOf(scenario.id, arm)).rows);

type Change = (value: Json) => Json;
const to = (value: number) => () => value;
const lines = (change: (all: readonly string[]) => readonly string[]) => change as Change;

const otherwise: readonly (readonly [claim: string, observation: string, Change])[] = [
  ["start-late", "start", to(54)],
  ["update-late", "update", to(54)],
  ["stop-late", "stop", to(54)],
  ["page-quick", "slowest page", to(SLA + 1)],
  ["no-error", "errors", to(1)],
  ["forwarded", "forwarded", to(0)],
  ["suspects", "drift", lines((all) => [...all, "six 1.9.0 -> 1.10.0"])],
  [
    "eventlet-differs",
    "drift",
    lines((all) => all.map((line) => line.replace(/^eventlet/, "six"))),
  ],
  ["deployment-stopped", "accepted", to(1)],
];

describe.each(["broken", "only-eventlet"])("%s", (arm) => {
  let rows: Rows;
  beforeAll(async () => {
    rows = await recordOf(arm);
  });

  test("the failure is reproduced, and each of its claims has its turn here", () => {
    const { verdict, claims } = judgeArm(scenario, rows);
    expect(verdict).toBe("reproduced");
    expect(otherwise.map(([id]) => id)).toEqual(claims.map(({ id }) => id));
  });

  test.each(otherwise)("%s fails alone", (id, name, change) => {
    const { verdict, failed } = judged(scenario, observed(rows, name, change));
    expect({ verdict, failed }).toEqual({ verdict: "not reproduced", failed: [id] });
  });
});

describe("held against the failure", () => {
  let broken: Rows;
  let fixed: Rows;
  beforeAll(async () => {
    broken = await recordOf("broken");
    fixed = await recordOf("pinned");
  });

  test("a fix is fixed", () => {
    expect(judged(scenario, fixed, broken)).toEqual({ verdict: "fixed", failed: [] });
  });

  test.each(waits)(
    "%s-contrast fails alone where the failure was not five times as late",
    (wait) => {
      const soon = 4.9 * evidenceOf(fixed, scenario).number(wait);
      const hardly = observed(broken, wait, to(soon));
      expect(judged(scenario, fixed, hardly)).toEqual({
        verdict: "not fixed",
        failed: [`${wait}-contrast`],
      });
    },
  );
});
