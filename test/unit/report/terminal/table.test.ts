import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { verdictTable } from "../../../../harness/report/terminal/table.ts";
import { arm, claim, judgedRun, verdictOf } from "../fixture.ts";

beforeEach(() => void vi.stubEnv("NO_COLOR", ""));
afterEach(() => void vi.unstubAllEnvs());

describe("verdictTable", () => {
  test("two aligned lines per arm, the claim that says most in the second", () => {
    expect(verdictTable(judgedRun().verdict).split("\n")).toEqual([
      "boto-close",
      "  ok   broken      broken   reproduced       13.4 s",
      "       rise: 512 MiB (at least 256 MiB)",
      "  ok   fast-close  fixed    fixed            13.4 s",
      "       flat: 1 MiB (at most 13 MiB)",
      "  ok   bigger-box  control  rejected         13.4 s",
      "       flat: 480 MiB (at most 13 MiB)",
      "",
      "All 3 verdicts as claimed.",
      "",
    ]);
  });

  test("what failed is told below in its own sentence, within 80 columns", () => {
    const sentence =
      "after the client hangs up the API goes on answering every ping within a second, as it did before";
    const failed = claim({ sentence, ok: false, margin: -1 });
    const text = verdictTable(
      verdictOf([arm({ verdict: "not reproduced", ok: false, claims: [claim(), failed] })]),
    );
    expect(text).toContain("  FAIL broken");
    expect(text).toContain("boto-close / broken is not reproduced\n  - after the client hangs up");
    expect(text).toContain("    measured 512 MiB, wanted at least 256 MiB");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("what could not be judged is no failure of the claim, and says why", () => {
    const text = verdictTable(
      verdictOf([arm({ verdict: "environment", ok: false, reason: "no space left", claims: [] })]),
    );
    expect(text).toContain("  ??   broken");
    expect(text).toContain("boto-close / broken is environment\n  no space left");
  });

  test("of an interrupted run only what had begun has lines", () => {
    const notBegun = arm({ ok: false, interrupted: true, durationMs: 0 });
    expect(verdictTable(verdictOf([notBegun]))).toBe(
      "Nothing was judged. 1 more run had not begun.\n",
    );
  });

  test("colour is for a terminal that wants it", () => {
    const { verdict } = judgedRun();
    expect(verdictTable(verdict, { isTTY: true })).toContain("\u001b[");
    expect(verdictTable(verdict, {})).not.toContain("\u001b");
    vi.stubEnv("NO_COLOR", "1");
    expect(verdictTable(verdict, { isTTY: true })).not.toContain("\u001b");
  });
});
