import type { ArmVerdict, ScenarioVerdict, Verdict } from "../judge/verdict-types.ts";
import { boundText, measuredText } from "./format.ts";
import { armTitle, isOpen, notAsClaimed, runTroubles, unwelcome } from "./telling.ts";
import { cleanLine } from "./terminal/clean.ts";

/** A place in a repository. */
export interface Place {
  /** From the repository's root. */
  readonly file: string;
  readonly line: number;
}

/** Where a scenario speaks of an arm, or of a claim; undefined where that is in no repository. */
export type PlaceOf = (scenario: string, arm: string, claim?: string) => Place | undefined;

/** GitHub shows so many of a step, and drops the rest without a word. */
const MOST = 10;

/**
 * What is not as claimed, as orders to GitHub Actions that show it at its line: an error for each
 * claim that failed, a warning where nothing could be judged. One line each.
 */
export function annotations(verdict: Verdict, placeOf: PlaceOf): readonly string[] {
  const arms = verdict.scenarios.flatMap((scenario) =>
    notAsClaimed(scenario).flatMap((arm) => armAnnotations(scenario, arm, placeOf)),
  );
  const troubles = runTroubles(verdict).map((what) => order("error", "aftershock", what));
  const all = [...troubles, ...arms];
  const rest = all.length - MOST;
  if (rest <= 0) return all;
  const more = `${rest + 1} more are in the job's summary.`;
  return [...all.slice(0, MOST - 1), order("error", "aftershock", more)];
}

function armAnnotations(
  scenario: ScenarioVerdict,
  arm: ArmVerdict,
  placeOf: PlaceOf,
): readonly string[] {
  const title = `${scenario.id} / ${armTitle(arm, scenario)} is ${arm.verdict}`;
  const at = (claim?: string) => placeOf(scenario.id, arm.name, claim);
  if (isOpen(arm)) return [order("warning", title, arm.reason ?? "", at())];
  const failed = unwelcome(arm);
  if (arm.role === "control" || failed.length === 0)
    return [order("error", title, [...arm.notes, arm.reason].filter(Boolean).join(" "), at())];
  return failed.map((claim) => {
    const figures = `measured ${measuredText(claim)}, wanted ${boundText(claim)}`;
    return order("error", title, `${claim.sentence}: ${figures}`, at(claim.id));
  });
}

/** "::error file=a.ts,line=3,title=...::...": a line, whatever stands in it. */
function order(level: "error" | "warning", title: string, message: string, place?: Place): string {
  const properties = [
    ...(place ? [`file=${property(place.file)}`, `line=${place.line}`] : []),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(",")}::${data(message || title)}`;
}

const data = (text: string) =>
  cleanLine(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
