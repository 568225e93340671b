import type { ArmVerdict, ScenarioVerdict, Verdict } from "../../judge/verdict-types.ts";
import { formatMs } from "../format.ts";
import { claimText, contrastText, hasBegun, tellingClaim } from "../telling.ts";
import { cut } from "./text.ts";

/**
 * The run as incidents, for whoever wants to know whether the lab is any good: of each how it
 * failed, how it held, and by how much. At most four lines each; none of them wider than `width`.
 */
export function incidentTable(
  verdict: Verdict,
  titles: ReadonlyMap<string, string>,
  width = 80,
): string {
  const lines = verdict.scenarios
    .filter(({ arms }) => arms.some(hasBegun))
    .flatMap((scenario) => incident(scenario, titles.get(scenario.id) ?? ""));
  return `${lines.map((line) => cut(line, width)).join("\n")}\n`;
}

function incident(scenario: ScenarioVerdict, title: string): readonly string[] {
  const told = scenario.arms.filter(hasBegun);
  const broken = told.find(({ role }) => role === "broken");
  const fixed = told.find(({ role }) => role === "fixed");
  const rest = told.filter((arm) => arm !== broken && arm !== fixed);
  const astray = rest.filter(({ ok }) => !ok).length;
  const contrast = contrastText(scenario);
  return [
    `${scenario.id}: ${title}`,
    ...(broken ? [`  ${wordFor(broken, "failed")}  ${howOf(broken)}`] : []),
    ...(fixed ? [`  ${wordFor(fixed, "held")}  ${howOf(fixed)}`] : []),
    ...(contrast === undefined ? [] : [`          ${contrast}`]),
    ...(rest.length === 0
      ? []
      : [`          ${rest.length} more arms, ${astray === 0 ? "all" : "not all"} as claimed`]),
  ];
}

/** Eight characters: what it was to do where it did, else its verdict. */
const wordFor = ({ ok, verdict }: ArmVerdict, claimed: string) =>
  (ok ? claimed : verdict).padEnd(6);

function howOf(arm: ArmVerdict): string {
  const claim = tellingClaim(arm);
  const how = claim === undefined ? (arm.reason ?? "") : `${claim.sentence}: ${claimText(claim)}`;
  return `${how} (${formatMs(arm.durationMs)})`;
}
