import type { Claim, Figure } from "../judge/types.ts";
import type { ArmVerdict, Rate, ScenarioVerdict, Verdict } from "../judge/verdict-types.ts";
import { boundText, formatFigure, formatShare, measuredText, plural, wordsOf } from "./format.ts";
import { once } from "./once.ts";

/**
 * The one claim that says most about an arm: of those that failed, the first that a control is to
 * be rejected by, else the furthest off; if none failed, the one that the author put first.
 */
export function tellingClaim({ claims, rejectedBy = [] }: ArmVerdict): Claim | undefined {
  const failed = claims.filter(({ ok }) => !ok);
  const expected = failed.find(({ id }) => rejectedBy.includes(id));
  return expected ?? failed.toSorted((a, b) => a.margin - b.margin)[0] ?? claims[0];
}

/** "548 MiB (at least 256 MiB)": measured against what was asked. */
export function claimText(claim: Claim): string {
  return `${measuredText(claim)} (${boundText(claim)})`;
}

/** The arm's name, with the number of its run where there are several. */
export function armTitle(arm: ArmVerdict, scenario: ScenarioVerdict): string {
  return severalRuns(scenario).has(arm.name) ? `${arm.name} #${arm.repeat}` : arm.name;
}

/** Names of arms that ran more than once. */
const severalRuns = once(({ arms }: ScenarioVerdict): ReadonlySet<string> => {
  const runs = Map.groupBy(arms, ({ name }) => name);
  return new Set([...runs].flatMap(([name, { length }]) => (length > 1 ? [name] : [])));
});

/** Whether a failed claim is bad news: a wrong fix is meant to fail. */
export function unwelcome(arm: ArmVerdict): readonly Claim[] {
  return arm.ok ? [] : arm.claims.filter(({ ok }) => !ok);
}

/** The run in one sentence. */
export function runSentence(verdict: Verdict): string {
  const all = verdict.scenarios.flatMap((scenario) => scenario.arms);
  const arms = all.filter(hasBegun);
  const off = arms.filter(({ ok }) => !ok);
  const open = off.filter(isOpen).length;
  const left = verdict.leftovers.length;
  const waiting = all.length - arms.length;
  const ended = [
    waiting === 0 ? "" : ` ${plural(waiting, "more run")} had not begun.`,
    left === 0 ? "" : ` ${plural(left, "thing")} left behind.`,
    verdict.unaudited === undefined ? "" : " Nobody could look for what was left behind.",
    verdict.unfinished ? ` ${NEVER_ENDED}` : "",
  ].join("");
  if (arms.length === 0) return `Nothing was judged.${ended}`;
  if (off.length === 0 && arms.length === 1) return `The verdict is as claimed.${ended}`;
  if (off.length === 0) return `All ${plural(arms.length, "verdict")} as claimed.${ended}`;
  const unjudged = open === 0 ? "" : `, ${open} of them could not be judged`;
  return `${off.length} of ${plural(arms.length, "verdict")} not as claimed${unjudged}.${ended}`;
}

/** What the run as a whole is to blame for: what it left behind, that nobody could look, or that it never ended. */
export function runTroubles({ leftovers, unfinished, unaudited }: Verdict): readonly string[] {
  return [
    ...leftovers.map((what) => `left behind: ${what}`),
    ...(unaudited === undefined ? [] : [unaudited]),
    ...(unfinished ? [NEVER_ENDED] : []),
  ];
}

const NEVER_ENDED = "The run never ended: what it left behind was not looked for.";

/** Whether the arm says nothing about its incident: seen too little, or the machine failed. */
export function isOpen({ verdict }: ArmVerdict): boolean {
  return verdict === "inconclusive" || verdict === "environment";
}

/** The runs worth a line of their own: the first of each arm, and all that are not as claimed. */
export function shownRuns({ arms }: ScenarioVerdict): readonly ArmVerdict[] {
  return arms.filter((arm) => hasBegun(arm) && (arm.repeat === 1 || !arm.ok));
}

/** Runs whose verdict is not what they are there to show. */
export function notAsClaimed({ arms }: ScenarioVerdict): readonly ArmVerdict[] {
  return arms.filter((arm) => hasBegun(arm) && !arm.ok);
}

/** Whether the run's turn came before the whole was interrupted: what began took time. */
export function hasBegun({ interrupted, durationMs }: ArmVerdict): boolean {
  return !interrupted || durationMs > 0;
}

/** How often an arm that ran more than once came out as claimed. */
export function rateText({ arm, ok, of, low, high }: Rate, flaky: readonly string[]): string {
  const interval = `95 % interval ${formatShare(low)} to ${formatShare(high)}`;
  return `${arm}: ${ok} of ${of} as claimed (${interval})${flaky.includes(arm) ? ", flaky" : ""}`;
}

/** The first figure that both the first broken and the first fixed arm have: "peak: 2,115 MiB, then 40.3 MiB". */
export function contrastText({ arms }: ScenarioVerdict): string | undefined {
  const broken = arms.find(({ role }) => role === "broken")?.figures ?? {};
  const fixed = arms.find(({ role }) => role === "fixed")?.figures ?? {};
  for (const [key, before] of Object.entries(broken)) {
    const after = fixed[key];
    if (after !== undefined)
      return `${wordsOf(key)}: ${formatFigure(before)}, then ${formatFigure(after)}`;
  }
  return undefined;
}

/** Key figures as [name, figure], in the order the scenario gives them. */
export function figuresOf(arm: ArmVerdict): readonly (readonly [string, Figure])[] {
  return Object.entries(arm.figures);
}
