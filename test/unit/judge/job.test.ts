import { expect, test } from "vitest";
import { judgeArm } from "../../../harness/judge/verdict.ts";
import type { Row } from "../../../harness/record/schema.ts";
import { MiB } from "../../../harness/judge/units.ts";
import { container, leak, record, sample, tail } from "./synthetic.ts";

const undone = "Waited 5 s in vain: a download";
/** A record whose drive could not go on, as the system under test did not do its job. */
const ended = (arm: string, perRequest: number, ...more: readonly Row[]) => [
  ...record(arm, leak.arms[arm]!.role, perRequest).slice(0, -1),
  ...more,
  tail(6600, "job-not-done", undone),
];
const judged = (arm: string, perRequest: number, ...more: readonly Row[]) =>
  judgeArm(leak, ended(arm, perRequest, ...more));

test.each([
  ["fixed", "not fixed", false],
  ["mine", "not fixed", false],
  ["broken", "not reproduced", false],
  ["idle", "not reproduced", false],
])("a %s arm whose job is not done is %s", (arm, verdict, ok) => {
  expect(judged(arm, 0)).toMatchObject({ verdict, ok, reason: expect.stringContaining(undone) });
});

test("a wrong fix is rejected by it, as claimed only if the claims that it names have failed too", () => {
  expect(judged("bigger", MiB)).toMatchObject({ verdict: "rejected", ok: true });
  expect(judged("bigger", 0)).toMatchObject({ verdict: "rejected", ok: false });
});

test("claims that had failed by then are told", () => {
  const ids = (perRequest: number) => judged("fixed", perRequest).claims.map(({ id }) => id);
  expect(ids(0)).toEqual(["job-done"]);
  expect(ids(MiB)).toEqual(["job-done", "flat"]);
});

test("a processor that is slow by itself may have been the reason, and will be as slow again", () => {
  const slow = (pace: number): Row[] => [
    { ...container(0), pace } as Row,
    ...[0, 2000, 4000, 6000].map((t) => sample(t, { waitMs: 0, cpuMs: t })),
  ];
  const arm = judged("fixed", 0, ...slow(24));
  expect(arm).toMatchObject({ verdict: "inconclusive" });
  expect(arm.reason).toMatch(
    /a slow processor took them longer by 5\.7 s\. That may have decided job/,
  );
  expect(arm).not.toHaveProperty("disturbed");
  expect(judged("broken", 0, ...slow(24)).verdict).toBe("inconclusive");
  expect(judged("fixed", 0, ...slow(1.9)).verdict).toBe("not fixed");
});

test("a machine that stood still may have been the reason", () => {
  const stall: Row = { type: "stall", t: 3000, until: 5000, what: "engine" };
  const { verdict, reason } = judged("fixed", 0, stall);
  expect(verdict).toBe("inconclusive");
  expect(reason).toContain(`The job is not done. ${undone}. The machine`);
  expect(reason).toContain("The machine disturbed the drive: the engine gave no answer for 2.0 s.");
  // What had failed for sure decides all the same.
  expect(judged("fixed", MiB, stall).verdict).toBe("not fixed");
});
