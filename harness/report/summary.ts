import type { ArmVerdict, ScenarioVerdict, Verdict } from "../judge/verdict-types.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { escapeCell } from "./escape.ts";
import { boundText, formatMs, measuredText, plural } from "./format.ts";
import { tellIncident, type Told } from "./incident.ts";
import {
  armTitle,
  claimText,
  hasBegun,
  notAsClaimed,
  rateText,
  runSentence,
  shownRuns,
  tellingClaim,
  unwelcome,
} from "./telling.ts";

/**
 * The run as Markdown for a pull request: the incidents, what failed with its numbers, and all arms
 * folded.
 */
export function renderSummary(
  verdict: Verdict,
  scenarios: ReadonlyMap<string, ScenarioDefinition> = new Map(),
): string {
  const { engine } = verdict;
  return (
    [
      `## Aftershock: ${verdict.ok ? "as claimed" : "not as claimed"}`,
      `${runSentence(verdict)} ${formatMs(verdict.durationMs)} on Docker Engine ${escapeCell(engine.version)} (${engine.kind}, cgroup v${engine.cgroup}, ${escapeCell(engine.arch)}).`,
      ...incidents(verdict.scenarios, scenarios),
      ...failures(verdict),
      ...remarks(verdict),
      ...rates(verdict),
      ...leftovers(verdict),
      ...allArms(verdict.scenarios),
      "",
    ]
      .join("\n\n")
      .trimEnd() + "\n"
  );
}

/** One row per incident whose pair was played, or half of it. */
function incidents(
  all: readonly ScenarioVerdict[],
  scenarios: ReadonlyMap<string, ScenarioDefinition>,
): readonly string[] {
  const rows = all
    .map((scenario) => tellIncident(scenario, scenarios.get(scenario.id)))
    .filter(({ failed, held }) => failed ?? held)
    .map(({ id, title, failed, held, change }) => {
      const cells = [`${title} (${id})`, toldText(failed), toldText(held), change];
      return `| ${cells.map(escapeCell).join(" | ")} |`;
    });
  if (rows.length === 0) return [];
  return [["| incident | broken | fixed | |", "|---|---|---|---|", ...rows].join("\n")];
}

function toldText(told: Told | undefined): string {
  if (told === undefined) return "";
  const { word: said, how, figure } = told;
  return `${said}: ${how}${figure === "" ? "" : `: ${figure}`}`;
}

/** The table of verdicts, folded. */
function allArms(scenarios: readonly ScenarioVerdict[]): readonly string[] {
  const count = scenarios.flatMap(({ arms }) => arms.filter(hasBegun)).length;
  if (count === 0) return [];
  const heading = `<summary>All that was run: ${plural(count, "verdict")}</summary>`;
  return [`<details>${heading}`, verdictTable(scenarios), "</details>"];
}

/** The table of verdicts, one row per arm, and one for each further run that is not as claimed. */
function verdictTable(scenarios: readonly ScenarioVerdict[]): string {
  const rows = scenarios.flatMap((scenario) =>
    shownRuns(scenario).map((arm) => {
      const claim = tellingClaim(arm);
      const telling =
        claim === undefined ? (arm.reason ?? "") : `${claim.sentence}: ${claimText(claim)}`;
      const cells = [scenario.id, armTitle(arm, scenario), arm.role, word(arm), telling];
      return `| ${cells.map((cell, index) => (index === 3 ? cell : escapeCell(cell))).join(" | ")} |`;
    }),
  );
  return [
    "| incident | arm | role | verdict | most telling claim |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

const word = ({ verdict, ok }: ArmVerdict) => (ok ? verdict : `**${verdict}** ✗`);

function failures({ scenarios }: Verdict): readonly string[] {
  const blocks = scenarios.flatMap((scenario) =>
    notAsClaimed(scenario).map((arm) => failure(arm, scenario)),
  );
  return blocks.length === 0 ? [] : ["### Not as claimed", ...blocks];
}

function failure(arm: ArmVerdict, scenario: ScenarioVerdict): string {
  const claims = unwelcome(arm).map(
    (claim) =>
      `- ${escapeCell(claim.sentence)}: measured **${escapeCell(measuredText(claim))}**, wanted ${escapeCell(boundText(claim))}`,
  );
  const said = [arm.reason, ...arm.notes].flatMap((text) =>
    text === undefined ? [] : [`- ${escapeCell(text)}`],
  );
  return [
    `**${escapeCell(`${scenario.id} / ${armTitle(arm, scenario)}`)}** is ${arm.verdict}`,
    "",
    ...said,
    ...claims,
  ].join("\n");
}

/** What is to be known of arms that came out as claimed, as that one was played twice. */
function remarks({ scenarios }: Verdict): readonly string[] {
  const lines = scenarios.flatMap((scenario) =>
    scenario.arms
      .filter(({ ok, notes }) => ok && notes.length > 0)
      .map((arm) => {
        const name = `${scenario.id} / ${armTitle(arm, scenario)}`;
        return `- ${escapeCell(`${name}: ${arm.notes.join(" ")}`)}`;
      }),
  );
  return lines.length === 0 ? [] : ["### Notes", lines.join("\n")];
}

function rates({ scenarios }: Verdict): readonly string[] {
  const lines = scenarios.flatMap(({ id, rates: all, flaky }) =>
    all.map((rate) => `- ${escapeCell(`${id} / ${rateText(rate, flaky)}`)}`),
  );
  return lines.length === 0 ? [] : ["### Repeats", lines.join("\n")];
}

function leftovers({ leftovers: all }: Verdict): readonly string[] {
  if (all.length === 0) return [];
  return ["### Left behind", all.map((what) => `- ${escapeCell(what)}`).join("\n")];
}
