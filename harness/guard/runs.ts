import type { ArmVerdict, Verdict } from "../judge/verdict-types.ts";
import { VERDICT_WORDS, type VerdictWord } from "../judge/types.ts";

/** One run of one arm, as tests name it: "scenario/arm". */
export interface ArmRun {
  readonly path: string;
  readonly arm: ArmVerdict;
}

/** What matchers take: a verdict, or what `replay` and `judgeFolder` give. */
export type Judged = Verdict | { readonly verdict: Verdict };

/** The verdict of what a test expects something of. @throws TypeError where it is none */
export function verdictOf(given: Judged): Verdict {
  const { verdict = given } = (given ?? {}) as { readonly verdict?: unknown };
  if (Array.isArray((verdict as Partial<Verdict> | undefined)?.scenarios))
    return verdict as Verdict;
  throw new TypeError("this is no verdict: give what `await replay(...)` gives, or its `verdict`");
}

/**
 * Throws for what can be neither as claimed nor not: no verdict at all, or one on nothing. A
 * matcher that only said 'no' would let `.not` pass.
 */
export function runsOf(given: Judged): readonly ArmRun[] {
  const runs = verdictOf(given).scenarios.flatMap(({ id, arms }) =>
    arms.map((arm) => ({ path: `${id}/${arm.name}`, arm })),
  );
  if (runs.length === 0) throw new TypeError("no arm was run: there is nothing to claim");
  return runs;
}

/** The runs of one arm, named "scenario/arm", or "arm" where there is one scenario. */
export function runsNamed(given: Judged, name: string): readonly ArmRun[] {
  const all = runsOf(given);
  const alone = new Set(verdictOf(given).scenarios.map(({ id }) => id)).size === 1;
  const found = all.filter(({ path, arm }) => path === name || (alone && arm.name === name));
  if (found.length > 0) return found;
  const known = [...new Set(all.map(({ path }) => path))].join(", ");
  throw new TypeError(`${name} was not run; there are ${known}`);
}

/** The word itself. @throws TypeError for one that no verdict has */
export function knownWord(word: VerdictWord): VerdictWord {
  if (VERDICT_WORDS.includes(word)) return word;
  throw new TypeError(`${word} is no verdict; there are ${VERDICT_WORDS.join(", ")}`);
}
