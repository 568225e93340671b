import { expect, test } from "vitest";
import {
  contrastText,
  notAsClaimed,
  runSentence,
  shownRuns,
  tellingClaim,
  unwelcome,
} from "../../../harness/report/telling.ts";
import type { ArmVerdict } from "../../../harness/judge/verdict-types.ts";
import { arm, claim, verdictOf } from "./fixture.ts";

test("the telling claim is the failed one that is furthest off, else the author's first", () => {
  const tight = claim({ id: "tight", margin: 0.01 });
  const wide = claim({ id: "wide", margin: 4 });
  const off = claim({ id: "off", ok: false, margin: -0.2 });
  const far = claim({ id: "far", ok: false, margin: -9 });
  expect(tellingClaim(arm({ claims: [wide, tight] }))?.id).toBe("wide");
  expect(tellingClaim(arm({ claims: [off, tight, far] }))?.id).toBe("far");
  expect(tellingClaim(arm({ claims: [off, tight, far], rejectedBy: ["off"] }))?.id).toBe("off");
  expect(tellingClaim(arm({ claims: [] }))).toBeUndefined();
});

test("failed claims are unwelcome only where the verdict is", () => {
  const claims = [claim(), claim({ ok: false })];
  expect(unwelcome(arm({ claims, ok: true }))).toEqual([]);
  expect(unwelcome(arm({ claims, ok: false }))).toEqual([claims[1]]);
});

test("of many runs the first is shown, and every one that is not as claimed", () => {
  const runs = [arm(), arm({ repeat: 2 }), arm({ repeat: 3, ok: false }), arm({ repeat: 4 })];
  const [scenario] = verdictOf(runs).scenarios;
  if (scenario === undefined) throw new Error("no scenario");
  expect(shownRuns(scenario).map(({ repeat }) => repeat)).toEqual([1, 3]);
});

test("of an interrupted run only what had begun is told, and how much had not", () => {
  const notBegun = (repeat: number) => arm({ repeat, ok: false, interrupted: true, durationMs: 0 });
  const verdict = verdictOf([arm(), notBegun(2), notBegun(3)]);
  expect(shownRuns(verdict.scenarios[0]!)).toEqual([arm()]);
  expect(notAsClaimed(verdict.scenarios[0]!)).toEqual([]);
  expect(runSentence(verdict)).toBe("The verdict is as claimed. 2 more runs had not begun.");
  expect(runSentence(verdictOf([notBegun(1)]))).toBe(
    "Nothing was judged. 1 more run had not begun.",
  );
  const atOnce = arm({ ok: false, verdict: "environment", durationMs: 0 });
  expect(notAsClaimed(verdictOf([atOnce]).scenarios[0]!)).toEqual([atOnce]);
});

test("broken and fixed are told by the first figure they share", () => {
  const B = (value: number) => ({ value, unit: "B" as const });
  const broken = arm({ figures: { rows: { value: 3, unit: "1" }, peak: B(512 * 1024 ** 2) } });
  const fixed = arm({ role: "fixed", figures: { peak: B(40 * 1024 ** 2) } });
  const told = (...arms: ArmVerdict[]) => verdictOf(arms).scenarios.map(contrastText);
  expect(told(broken, fixed)).toEqual(["peak: 512 MiB, then 40 MiB"]);
  expect(told(broken)).toEqual([undefined]);
});

test("the run in a sentence", () => {
  expect(runSentence(verdictOf([arm()]))).toBe("The verdict is as claimed.");
  expect(runSentence(verdictOf([arm(), arm({ ok: false })], { leftovers: ["x"] }))).toBe(
    "1 of 2 verdicts not as claimed. 1 thing left behind.",
  );
  const lost = arm({ ok: false, verdict: "environment" });
  expect(runSentence(verdictOf([arm({ ok: false }), lost]))).toBe(
    "2 of 2 verdicts not as claimed, 1 of them could not be judged.",
  );
  expect(runSentence(verdictOf([]))).toBe("Nothing was judged.");
});
