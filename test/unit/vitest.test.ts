import { resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { judgeFolder, type Verdict } from "../../harness/index.ts";
import "../../harness/vitest.ts";

let verdict: Verdict;
beforeAll(async () => {
  verdict = (await judgeFolder(resolve(import.meta.dirname, "../../docs/example-run"))).verdict;
}, 60_000);

test("a run in which all is as claimed", () => {
  expect(verdict).toBeAsClaimed();
  expect(verdict).toJudge("cron-pileup/broken", "reproduced");
  expect(() => expect(verdict).not.toBeAsClaimed()).toThrow("some verdict not to be as claimed");
});

test("what did not hold is told with what was measured and what was asked", () => {
  const claim = {
    id: "limit-reached",
    kind: "count",
    sentence: "The box is full at tick 16 to 20",
    measured: 23,
    relation: "between",
    bound: 16,
    boundHigh: 20,
    unit: "1",
    ok: false,
    margin: -0.15,
  } as const;
  const [scenario] = verdict.scenarios;
  const [arm] = scenario!.arms;
  const wrong = { ...arm!, ok: false, verdict: "not reproduced", claims: [claim] } as const;
  const run = { ...verdict, ok: false, scenarios: [{ ...scenario!, arms: [wrong] }] };
  expect(() => expect(run).toBeAsClaimed()).toThrow("measured 23, should be between 16 and 20");
  expect(() => expect(run).toJudge(`${scenario!.id}/${arm!.name}`, "reproduced")).toThrow(
    "not reproduced",
  );
});

test("what was left behind is told, though every verdict is as claimed", () => {
  const run = { ...verdict, ok: false, leftovers: ["volume site-data"] };
  expect(() => expect(run).toBeAsClaimed()).toThrow("left behind: volume site-data");
});

test("an arm that was not run is named, and so are those that were", () => {
  expect(() => expect(verdict).toJudge("boto-close/borken", "reproduced")).toThrow(
    /boto-close\/borken was not run; there are boto-close\/broken/,
  );
});

test("a mistyped arm or verdict fails, also where the test says `not`", () => {
  expect(() => expect(verdict).not.toJudge("boto-close/borken", "reproduced")).toThrow(
    "was not run",
  );
  expect(() => expect(verdict).not.toJudge("boto-close/broken", "reprodced" as "fixed")).toThrow(
    "reprodced is no verdict",
  );
});

test("of no run, and of what is no verdict, nothing is claimed", () => {
  const none = { ...verdict, ok: false, scenarios: [] };
  expect(() => expect(none).toBeAsClaimed()).toThrow("no arm was run");
  expect(() => expect(none).not.toBeAsClaimed()).toThrow("no arm was run");
  expect(() => expect(undefined).not.toBeAsClaimed()).toThrow("no verdict");
  expect(() => expect(Promise.resolve(verdict)).not.toBeAsClaimed()).toThrow("no verdict");
});

test("a verdict that is not ok says so, whatever its arms say", () => {
  expect(() => expect({ ...verdict, ok: false }).toBeAsClaimed()).toThrow("not ok");
});
