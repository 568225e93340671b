/**
 * Matchers for vitest: `import "aftershock/vitest"` once, in a set-up file or the test itself.
 *
 *   const { verdict } = await replay({ scenarios: [await loadScenario("incidents/ours")] });
 *   expect(verdict).toBeAsClaimed();
 *   expect(verdict).toJudge("ours/broken", "reproduced");
 */
import { expect } from "vitest";
import type { VerdictWord } from "./judge/types.ts";
import type { ArmVerdict, Verdict } from "./judge/verdict-types.ts";
import { boundText, measuredText } from "./report/format.ts";

declare module "vitest" {
  // oxlint-disable-next-line no-unused-vars -- vitest's own parameters, to merge with
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Every arm of every scenario came out as its role claims, and nothing was left behind. */
    toBeAsClaimed(): R;
    /** The arm, named "scenario/arm", got this verdict in each of its runs. */
    toJudge(arm: string, verdict: VerdictWord): R;
  }
}

expect.extend({
  toBeAsClaimed(verdict: Verdict) {
    const wrong = armsOf(verdict).filter(({ arm }) => !arm.ok);
    return {
      pass: verdict.ok,
      message: () =>
        verdict.ok
          ? "expected some verdict not to be as claimed"
          : [...wrong.map(told), ...verdict.leftovers.map((name) => `left behind: ${name}`)].join(
              "\n",
            ),
    };
  },
  toJudge(verdict: Verdict, path: string, word: VerdictWord) {
    const runs = armsOf(verdict).filter((run) => run.path === path);
    const pass = runs.length > 0 && runs.every(({ arm }) => arm.verdict === word);
    return {
      pass,
      message: () =>
        runs.length === 0
          ? `${path} was not run; there are ${armsOf(verdict)
              .map((run) => run.path)
              .join(", ")}`
          : `expected ${path} ${pass ? "not " : ""}to be ${word}\n${runs.map(told).join("\n")}`,
    };
  },
});

interface ArmRun {
  readonly path: string;
  readonly arm: ArmVerdict;
}

function armsOf({ scenarios }: Verdict): readonly ArmRun[] {
  return scenarios.flatMap(({ id, arms }) =>
    arms.map((arm) => ({ path: `${id}/${arm.name}`, arm })),
  );
}

/** The verdict, why it could not be given, and the claims that failed. */
function told({ path, arm }: ArmRun): string {
  const failed = arm.claims.filter(({ ok }) => !ok);
  const claims = failed.map(
    (claim) =>
      `  ${claim.id}: ${claim.sentence}: measured ${measuredText(claim)}, should be ${boundText(claim)}`,
  );
  return [
    `${path}, run ${arm.repeat}: ${arm.verdict}${arm.reason ? ` (${arm.reason})` : ""}`,
    ...claims,
  ].join("\n");
}
