import { expect, test } from "vitest";
import { runSentence, tellingClaim, unwelcome } from "../../../harness/report/telling.ts";
import { arm, claim, verdictOf } from "./fixture.ts";

test("the telling claim is the failed one that is furthest off, else the tightest", () => {
  const tight = claim({ id: "tight", margin: 0.01 });
  const wide = claim({ id: "wide", margin: 4 });
  const off = claim({ id: "off", ok: false, margin: -0.2 });
  const far = claim({ id: "far", ok: false, margin: -9 });
  expect(tellingClaim(arm({ claims: [wide, tight] }))?.id).toBe("tight");
  expect(tellingClaim(arm({ claims: [off, tight, far] }))?.id).toBe("far");
  expect(tellingClaim(arm({ claims: [] }))).toBeUndefined();
});

test("failed claims are unwelcome only where the verdict is", () => {
  const claims = [claim(), claim({ ok: false })];
  expect(unwelcome(arm({ claims, ok: true }))).toEqual([]);
  expect(unwelcome(arm({ claims, ok: false }))).toEqual([claims[1]]);
});

test("the run in a sentence", () => {
  expect(runSentence(verdictOf([arm()]))).toBe("All 1 verdict as claimed.");
  expect(runSentence(verdictOf([arm(), arm({ ok: false })], { leftovers: ["x"] }))).toBe(
    "1 of 2 verdicts not as claimed. 1 thing left behind.",
  );
  expect(runSentence(verdictOf([]))).toBe("Nothing was judged.");
});
