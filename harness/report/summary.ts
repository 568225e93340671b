import type { ArmVerdict, ScenarioVerdict, Verdict } from "../judge/verdict-types.ts";
import { escapeCell } from "./escape.ts";
import { boundText, formatMs, measuredText } from "./format.ts";
import {
  armTitle,
  claimText,
  notAsClaimed,
  rateText,
  runSentence,
  shownRuns,
  tellingClaim,
  unwelcome,
} from "./telling.ts";

/** The run as Markdown for a pull request: the verdicts, and what failed with its numbers. */
export function renderSummary(verdict: Verdict): string {
  const { engine } = verdict;
  return (
    [
      `## Aftershock: ${verdict.ok ? "as claimed" : "not as claimed"}`,
      `${runSentence(verdict)} ${formatMs(verdict.durationMs)} on Docker Engine ${escapeCell(engine.version)} (${engine.kind}, cgroup v${engine.cgroup}, ${escapeCell(engine.arch)}).`,
      verdictTable(verdict.scenarios),
      ...failures(verdict),
      ...rates(verdict),
      ...leftovers(verdict),
      "",
    ]
      .join("\n\n")
      .trimEnd() + "\n"
  );
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
    `**${scenario.id} / ${escapeCell(armTitle(arm, scenario))}** is ${arm.verdict}`,
    "",
    ...said,
    ...claims,
  ].join("\n");
}

function rates({ scenarios }: Verdict): readonly string[] {
  const lines = scenarios.flatMap(({ id, rates: all, flaky }) =>
    all.map((rate) => `- ${id} / ${escapeCell(rateText(rate, flaky))}`),
  );
  return lines.length === 0 ? [] : ["### Repeats", lines.join("\n")];
}

function leftovers({ leftovers: all }: Verdict): readonly string[] {
  if (all.length === 0) return [];
  return ["### Left behind", all.map((what) => `- ${escapeCell(what)}`).join("\n")];
}
