import { beforeAll, describe, expect, test } from "vitest";
import { loadScenarios, type Scenario } from "../../../harness/index.ts";
import { plan } from "../../../harness/replay/plan.ts";

let scenarios: readonly Scenario[];
beforeAll(async () => {
  scenarios = await loadScenarios();
});
const names = (jobs: ReturnType<typeof plan>) =>
  jobs.map(({ scenario, arm }) => `${scenario}/${arm}`);

describe("which arms", () => {
  test("a pair is the first fixed arm, and the broken one that it is held against", () => {
    const jobs = plan(scenarios, { arms: "pair" });
    expect(names(jobs).toSorted()).toEqual([
      "boto-close/broken",
      "boto-close/fast-close",
      "cron-pileup/broken",
      "cron-pileup/flock-and-timeout",
      "debug-env-leak/broken",
      "debug-env-leak/hard-coded",
      "eventlet-drift/broken",
      "eventlet-drift/pinned",
      "mixed-case-routing/broken",
      "mixed-case-routing/lower-at-balancer",
    ]);
  });

  test("a fixed arm brings the broken arm that it names", () => {
    const [one] = scenarios as [Scenario];
    const arms = {
      broken: { role: "broken" },
      worse: { role: "broken" },
      mended: { role: "fixed", against: "worse" },
    } as const;
    const other = { ...one, definition: { ...one.definition, arms } };
    expect(plan([other], { arms: "pair" }).map(({ arm }) => arm)).toEqual(["worse", "mended"]);
  });

  test("left out, it is all of them", () => {
    expect(names(plan(scenarios))).toEqual(names(plan(scenarios, { arms: "all" })));
    expect(plan(scenarios)).toHaveLength(
      scenarios.reduce((sum, { definition }) => sum + Object.keys(definition.arms).length, 0),
    );
  });

  test("an arm may be called pair", () => {
    expect(() => plan(scenarios, { arms: ["pair"] })).toThrow(/No scenario asked for has an arm/);
  });
});

test("first the pairs, and the longest first among them and among the rest; repeats after that", () => {
  const jobs = plan(scenarios, { repeat: 2 });
  const half = jobs.length / 2;
  const first = jobs.slice(0, half);
  expect(first.every(({ repeat }) => repeat === 1)).toBe(true);
  const pairs = first.filter(({ pair }) => pair);
  expect(first.slice(0, pairs.length)).toEqual(pairs);
  for (const part of [pairs, first.slice(pairs.length)]) {
    const seconds = part.map((job) => job.seconds);
    expect(seconds).toEqual(seconds.toSorted((a, b) => b - a));
  }
});
