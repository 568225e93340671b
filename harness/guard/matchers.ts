import type { Role } from "../record/schema.ts";
import type { VerdictWord } from "../judge/types.ts";
import { knownWord, runsNamed, runsOf, verdictOf, type ArmRun, type Judged } from "./runs.ts";
import { toldArm } from "./told.ts";

/** What a matcher gives to vitest. */
interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
}

/** As vitest calls a matcher. */
interface Asked {
  readonly isNot: boolean;
}

/** What can be expected of a verdict; of what says nothing all of them throw, also after `.not`. */
export const matchers = {
  toBeAsClaimed(given: Judged): Matched {
    const verdict = verdictOf(given);
    const wrong = runsOf(verdict).filter(({ arm }) => !arm.ok);
    const left = verdict.leftovers.map((name) => `left behind: ${name}`);
    const why = [...wrong.map(({ path, arm }) => toldArm(path, arm)), ...left].join("\n");
    return {
      pass: verdict.ok,
      message: () =>
        verdict.ok
          ? "expected some verdict not to be as claimed"
          : why || "the verdict says that it is not ok, though each of its arms is",
    };
  },
  toJudge(this: Asked, given: Judged, arm: string, word: VerdictWord): Matched {
    const runs = runsNamed(given, arm);
    const isSilence = !can(knownWord(word));
    return matched(isSilence ? { isNot: false } : this, runs, [word]);
  },
  toReproduce(this: Asked, given: Judged, arm?: string): Matched {
    return matched(this, runsOfRole(given, "broken", arm), ["reproduced"]);
  },
  toBeFixed(this: Asked, given: Judged, arm?: string): Matched {
    return matched(this, runsOfRole(given, "fixed", arm), ["fixed"]);
  },
  toBeRejected(this: Asked, given: Judged, arm?: string): Matched {
    // Of a control without the fault: the failure must not be there.
    return matched(this, runsOfRole(given, "control", arm), ["rejected", "not reproduced"]);
  },
};

/** Whether a verdict says something of the arm: what could not be judged is neither yes nor no. */
const can = (word: VerdictWord) => word !== "inconclusive" && word !== "environment";

function matched(
  { isNot }: Asked,
  runs: readonly ArmRun[],
  words: readonly VerdictWord[],
): Matched {
  const told = runs.map(({ path, arm }) => toldArm(path, arm)).join("\n");
  if (isNot && !runs.every(({ arm }) => can(arm.verdict)))
    throw new TypeError(`what could not be judged is neither yes nor no\n${told}`);
  const pass = runs.every(({ arm }) => words.includes(arm.verdict));
  const names = [...new Set(runs.map(({ path }) => path))].join(", ");
  const wanted = `${pass ? "not " : ""}to be ${words.join(" or ")}`;
  return { pass, message: () => `expected ${names} ${wanted}\n${told}` };
}

/** The arm of that name, or all of the role. Throws for one of another role, and for none. */
function runsOfRole(given: Judged, role: Role, name?: string): readonly ArmRun[] {
  const runs = name === undefined ? runsOf(given) : runsNamed(given, name);
  const other = runs.find(({ arm }) => arm.role !== role && arm.role !== "yours");
  if (name !== undefined && other !== undefined)
    throw new TypeError(`${other.path} is no ${role} arm: its role is ${other.arm.role}`);
  const found = runs.filter(({ arm }) => name !== undefined || arm.role === role);
  if (found.length > 0) return found;
  throw new TypeError(
    `no ${role} arm was run; there are ${runs.map(({ path }) => path).join(", ")}`,
  );
}
