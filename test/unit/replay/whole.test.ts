import { expect, test } from "vitest";
import { loadScenarios } from "../../../harness/index.ts";
import { estimate } from "../../../harness/replay/estimate.ts";
import { plan } from "../../../harness/replay/plan.ts";
import { wholeOf } from "../../../harness/replay/whole.ts";
import { arm, verdictOf } from "../report/fixture.ts";

const capacity = { memory: 8 * 1024 ** 3, cpus: 2, jobs: 24, starting: 1 };
const scenarios = await loadScenarios(["boto-close"]);
const pair = plan(scenarios, { arms: "pair" });
const declared = estimate(plan(scenarios), capacity);
const took = (factor: number, more = {}) =>
  verdictOf(
    pair.map(({ arm: name, role, seconds }) =>
      arm({ name, role, durationMs: seconds * 1000 * factor, ...more }),
    ),
  );

test("the estimate goes by the pace of what was just run", () => {
  expect(wholeOf(scenarios, pair, capacity, took(2))).toEqual({
    arms: plan(scenarios).length,
    played: 2,
    seconds: 2 * declared,
  });
});

test("what was broken off says nothing of the pace", () => {
  const broken = took(0.01, { interrupted: true });
  expect(wholeOf(scenarios, pair, capacity, broken)?.seconds).toBe(declared);
});

test("where all were played there is no more", () => {
  expect(wholeOf(scenarios, plan(scenarios), capacity, took(1))).toBeUndefined();
});
