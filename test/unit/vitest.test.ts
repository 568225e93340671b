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

test("each role has its word, by name or for all that were run", () => {
  const [id, ...arms] = ["boto-close", "broken", "fast-close"];
  expect(verdict).toReproduce();
  expect(verdict).toReproduce(`${id}/${arms[0]}`);
  expect(verdict).toBeFixed();
  expect(verdict).toBeRejected();
  expect({ verdict }).toBeAsClaimed(); // what `replay` gives
  const one = { ...verdict, scenarios: verdict.scenarios.slice(0, 1) };
  expect(one).toReproduce("broken");
});

test("a word that an arm's role can't have is a mistake, whichever way it is asked", () => {
  const wrong = /boto-close\/broken is no fixed arm: its role is broken/;
  expect(() => expect(verdict).toBeFixed("boto-close/broken")).toThrow(wrong);
  expect(() => expect(verdict).not.toBeFixed("boto-close/broken")).toThrow(wrong);
  expect(() => expect(verdict).not.toReproduce("broken")).toThrow("broken was not run");
});

test("nothing is expected of a role that was not run", () => {
  const scenarios = verdict.scenarios.map((one) => ({
    ...one,
    arms: one.arms.filter(({ role }) => role === "broken"),
  }));
  expect(() => expect({ ...verdict, scenarios }).toBeFixed()).toThrow("no fixed arm was run");
  expect(() => expect({ ...verdict, scenarios }).not.toBeRejected()).toThrow("no control arm");
});

test("what could not be judged is neither yes nor no", () => {
  const [scenario] = verdict.scenarios;
  const [arm] = scenario!.arms;
  const silent = { ...arm!, ok: false, verdict: "inconclusive", reason: "no load" } as const;
  const run = { ...verdict, ok: false, scenarios: [{ ...scenario!, arms: [silent] }] };
  expect(() => expect(run).toReproduce()).toThrow("inconclusive (no load)");
  expect(() => expect(run).not.toReproduce()).toThrow("neither yes nor no");
  expect(() => expect(run).not.toJudge("broken", "reproduced")).toThrow("neither yes nor no");
  expect(run).toJudge("broken", "inconclusive");
});

test("a wrong fix that was accepted is told with the claims that it met", () => {
  const [scenario] = verdict.scenarios;
  const control = scenario!.arms.find(({ role }) => role === "control")!;
  const claims = control.claims.map((claim) => ({ ...claim, ok: true }));
  const arm = { ...control, ok: false, verdict: "accepted", claims } as const;
  const run = { ...verdict, ok: false, scenarios: [{ ...scenario!, arms: [arm] }] };
  expect(() => expect(run).toBeRejected()).toThrow(/accepted[^]*  holds  .*measured .*should be/);
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
