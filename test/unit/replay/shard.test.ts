import { beforeAll, describe, expect, test } from "vitest";
import { loadScenarios, type Scenario } from "../../../harness/index.ts";
import { plan, type Job } from "../../../harness/replay/plan.ts";
import { armFile } from "../../../harness/replay/run-file.ts";
import { jobsOfShard } from "../../../harness/replay/shard.ts";
import { verb } from "../../support/verb.ts";

let scenarios: readonly Scenario[];
beforeAll(async () => {
  scenarios = await loadScenarios();
});
const shards = (jobs: readonly Job[], of: number) =>
  Array.from({ length: of }, (_, i) => jobsOfShard(jobs, { index: i + 1, of }));
const secondsOf = (jobs: readonly Job[]) => jobs.reduce((sum, { seconds }) => sum + seconds, 0);

test.each([1, 2, 4, 7])("%i shards hold each job once, and in its order", (of) => {
  const jobs = plan(scenarios, { repeat: 2 });
  const parts = shards(jobs, of);
  expect(parts.flat().map(armFile).toSorted()).toEqual(jobs.map(armFile).toSorted());
  for (const part of parts) expect(jobs.filter((job) => part.includes(job))).toEqual(part);
});

test("a fix stays with the broken run of its repeat", () => {
  for (const part of shards(plan(scenarios, { repeat: 3 }), 4)) {
    const held = new Set(part.map(armFile));
    for (const job of part.filter(({ role }) => role === "fixed")) {
      const { arms } = job.definition.definition;
      const first = Object.keys(arms).find((name) => arms[name]!.role === "broken")!;
      expect(held).toContain(armFile({ ...job, arm: arms[job.arm]!.against ?? first }));
    }
  }
});

test("they take about as long, and none is done by the order in which scenarios are named", () => {
  const jobs = plan(scenarios);
  const parts = shards(jobs, 4);
  const mean = secondsOf(jobs) / 4;
  for (const part of parts) expect(Math.abs(secondsOf(part) / mean - 1)).toBeLessThan(0.1);
  const turned = shards(plan(scenarios.toReversed()), 4);
  const names = (all: typeof parts) => all.map((part) => part.map(armFile).toSorted());
  expect(names(turned)).toEqual(names(parts));
});

describe("where one would have nothing to do", () => {
  test("one group is told as one", () => {
    const jobs = plan(scenarios.slice(0, 1), { arms: "pair" });
    expect(() => jobsOfShard(jobs, { index: 1, of: 2 })).toThrow(/2 arms in 1 group\.$/);
  });

  test("all are refused, with the most that there can be", () => {
    const jobs = plan(scenarios, { arms: "pair" });
    expect(shards(jobs, 5).every((part) => part.length === 2)).toBe(true);
    for (const index of [1, 6])
      expect(() => jobsOfShard(jobs, { index, of: 6 })).toThrow(
        expect.objectContaining({
          code: "TOO_MANY_SHARDS",
          hint: expect.stringMatching(/5 shards/),
        }),
      );
  });
});

test.each(["0/4", "5/4", "1", "1/0", "a/b", "01/4", "1/4/2", "-1/4"])(
  "--shard %s is a slip",
  async (text) => {
    const { exitCode, stderr } = await verb("run", `--shard=${text}`);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(`as 1/4 to 4/4, not "${text}"`);
  },
);
