import type { ArmVerdict, ScenarioVerdict, Verdict } from "../../judge/verdict-types.ts";
import { boundText, formatMs, measuredText } from "../format.ts";
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
} from "../telling.ts";
import { cleanData } from "./clean.ts";
import { painterFor, widthOf, type Paint, type TableStream } from "./paint.ts";
import { cut, wrap } from "./text.ts";
import { markOf } from "./words.ts";

/**
 * The verdicts of a run for a terminal or a log: two lines per arm, then all that failed.
 * As wide as the stream, up to 100 columns; 80 where it has no width.
 */
export function verdictTable(verdict: Verdict, stream: TableStream = {}): string {
  return armTable(verdict, stream) + endingText(verdict, stream);
}

/** Two lines per arm. */
export function armTable(said: Verdict, stream: TableStream = {}): string {
  const { scenarios } = cleanData(said);
  const width = widthOf(stream);
  const paint = painterFor(stream);
  const names = scenarios.flatMap((scenario) =>
    shownRuns(scenario).map((arm) => armTitle(arm, scenario).length),
  );
  const column = Math.min(28, Math.max(4, ...names));
  const begun = scenarios.filter(({ arms }) => arms.some(hasBegun));
  const lines = begun.flatMap((scenario) => [
    paint("bold", scenario.id),
    ...shownRuns(scenario).flatMap((arm) => armLines(arm, scenario, column, width, paint)),
    ...scenario.rates.map((rate) => `  ${rateText(rate, scenario.flaky)}`),
    "",
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

/** All that is not as claimed, with its numbers, and the run in one sentence. */
export function endingText(said: Verdict, stream: TableStream = {}): string {
  const verdict = cleanData(said);
  const paint = painterFor(stream);
  const lines = [...failures(verdict, widthOf(stream), paint), ...ending(verdict, paint)];
  return lines.map((line) => `${line}\n`).join("");
}

function armLines(
  arm: ArmVerdict,
  scenario: ScenarioVerdict,
  column: number,
  width: number,
  paint: Paint,
): readonly string[] {
  const name = cut(armTitle(arm, scenario), column).padEnd(column);
  const mark = markOf(arm);
  const first = `  ${mark} ${name}  ${arm.role.padEnd(7)}  ${arm.verdict.padEnd(14)} ${formatMs(arm.durationMs).padStart(8)}`;
  const claim = tellingClaim(arm);
  const second = claim === undefined ? arm.reason : `${claim.id}: ${claimText(claim)}`;
  return [
    paint(arm.ok ? "green" : "red", cut(first.trimEnd(), width)),
    ...(second === undefined ? [] : [paint("dim", cut(`       ${second}`, width))]),
  ];
}

function failures({ scenarios }: Verdict, width: number, paint: Paint): readonly string[] {
  return scenarios.flatMap((scenario) =>
    notAsClaimed(scenario).flatMap((arm) => [
      paint("bold", `${scenario.id} / ${armTitle(arm, scenario)} is ${arm.verdict}`),
      ...[arm.reason, ...arm.notes].flatMap((text) =>
        text === undefined ? [] : wrap(text, width, "  "),
      ),
      ...unwelcome(arm).flatMap((claim) => [
        ...wrap(claim.sentence, width, "  - ", "    "),
        `    measured ${measuredText(claim)}, wanted ${boundText(claim)}`,
      ]),
      "",
    ]),
  );
}

function ending(verdict: Verdict, paint: Paint): readonly string[] {
  const left = verdict.leftovers.map((what) => `  left behind: ${what}`);
  return [...left, paint(verdict.ok ? "green" : "red", runSentence(verdict))];
}
