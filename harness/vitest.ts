/**
 * Matchers for vitest: `import "aftershock/vitest"` once, in a set-up file or the test itself.
 *
 *   const { verdict } = await replay({ scenarios: [await loadScenario("incidents/ours")] });
 *   expect(verdict).toBeAsClaimed();
 *   expect(verdict).toJudge("ours/broken", "reproduced");
 */
import { expect } from "vitest";
import { VERDICT_WORDS, type VerdictWord } from "./judge/types.ts";
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
    const runs = runsOf(verdict);
    const wrong = runs.filter(({ arm }) => !arm.ok);
    const left = verdict.leftovers.map((name) => `left behind: ${name}`);
    const why = [...wrong.map(told), ...left];
    return {
      pass: verdict.ok,
      message: () =>
        verdict.ok
          ? "expected some verdict not to be as claimed"
          : why.join("\n") || "the verdict says that it is not ok, though each of its arms is",
    };
  },
  toJudge(verdict: Verdict, path: string, word: VerdictWord) {
    const all = runsOf(verdict);
    const runs = all.filter((run) => run.path === path);
    if (runs.length === 0) {
      throw new TypeError(
        `${path} was not run; there are ${all.map((run) => run.path).join(", ")}`,
      );
    }
    if (!VERDICT_WORDS.includes(word)) {
      throw new TypeError(`${word} is no verdict; there are ${VERDICT_WORDS.join(", ")}`);
    }
    const pass = runs.every(({ arm }) => arm.verdict === word);
    return {
      pass,
      message: () =>
        `expected ${path} ${pass ? "not " : ""}to be ${word}\n${runs.map(told).join("\n")}`,
    };
  },
});

interface ArmRun {
  readonly path: string;
  readonly arm: ArmVerdict;
}

/**
 * Throws for what can be neither as claimed nor not: no verdict at all, or one on nothing. A
 * matcher that only said 'no' would let `.not` pass.
 */
function runsOf(verdict: Verdict): readonly ArmRun[] {
  if (!Array.isArray((verdict as Partial<Verdict> | undefined)?.scenarios)) {
    throw new TypeError("this is no verdict: give `verdict` of what `await replay(...)` gives");
  }
  const runs = verdict.scenarios.flatMap(({ id, arms }) =>
    arms.map((arm) => ({ path: `${id}/${arm.name}`, arm })),
  );
  if (runs.length === 0) throw new TypeError("no arm was run: there is nothing to claim");
  return runs;
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
