import type { ArmVerdict, ScenarioVerdict } from "../../judge/verdict-types.ts";
import type { ScenarioDefinition } from "../../scenario/types.ts";
import { escape } from "../escape.ts";
import type { ReportedRun } from "../judged.ts";
import { formatFigure, formatMs, NOTHING, plural, wordsOf } from "../format.ts";
import { armTitle, hasBegun, rateText, shownRuns } from "../telling.ts";
import { armDetails } from "./arm-details.ts";
import { plotFigures } from "./charts.ts";
import { numbers, rankOf, swatch, table, verdictWord, words } from "./parts.ts";

/** One incident: its story, what came out, the charts, the claims, what was scaled. */
export function scenarioSection(judged: ScenarioVerdict, run: ReportedRun): string {
  const told = run.scenarios.get(judged.id);
  return [
    `<section id="${escape(judged.id)}" aria-labelledby="${escape(judged.id)}-title">`,
    story(judged, told),
    verdicts(judged),
    told === undefined ? "" : plotFigures(judged, told, run.records),
    `<h3>Claims and evidence</h3>`,
    ...shownRuns(judged).map((arm) => armDetails(arm, judged, run)),
    further(judged),
    told === undefined ? "" : scaled(told),
    `</section>`,
  ].join("\n");
}

function story({ id }: ScenarioVerdict, told: ScenarioDefinition | undefined): string {
  const title = `<p class="eyebrow">${escape(id)}</p><h2 id="${escape(id)}-title">${escape(told?.title ?? id)}</h2>`;
  if (told === undefined) return title;
  const { document, publisher, published } = told.source;
  return (
    `${title}<p class="story">${escape(told.story.trim())}</p>` +
    `<p class="source">Source: <cite>${escape(document)}</cite>, ${escape(publisher)}, <time>${escape(published)}</time></p>`
  );
}

function verdicts(scenario: ScenarioVerdict): string {
  const keys = [...new Set(scenario.arms.flatMap(({ figures }) => Object.keys(figures)))].slice(
    0,
    5,
  );
  const rows = shownRuns(scenario).map(
    (arm) =>
      `<tr><th scope="row">${swatch(arm.role, rankOf(scenario, arm))}${escape(armTitle(arm, scenario))}</th>` +
      `<td>${escape(arm.role)}</td><td>${verdictWord(arm)}</td>` +
      keys.map((key) => `<td class="number">${figure(arm, key)}</td>`).join("") +
      `<td class="number">${formatMs(arm.durationMs)}</td></tr>`,
  );
  const columns = [...words("Arm", "Role", "Verdict"), ...numbers(...keys.map(wordsOf), "Took")];
  const rates = scenario.rates.map((rate) => `<li>${escape(rateText(rate, scenario.flaky))}</li>`);
  const repeats = rates.length === 0 ? "" : `<ul class="rates">${rates.join("")}</ul>`;
  return table("verdicts", columns, rows) + repeats;
}

/** Runs that have no place of their own above: they came out as the first of their arm did. */
function further(scenario: ScenarioVerdict): string {
  const count = scenario.arms.filter(hasBegun).length - shownRuns(scenario).length;
  if (count === 0) return "";
  return `<p class="count">${plural(count, "further run")} came out as claimed; verdict.json has all their claims.</p>`;
}

function figure(arm: ArmVerdict, key: string): string {
  const found = arm.figures[key];
  return found === undefined ? NOTHING : escape(formatFigure(found));
}

function scaled({ scaled: all }: ScenarioDefinition): string {
  if (all.length === 0) return "";
  const rows = all.map(
    ({ what, then, here, why, holds }) =>
      `<tr><th scope="row">${escape(what)}</th><td>${escape(then)}</td><td>${escape(here)}</td>` +
      `<td>${escape(why)}</td><td>${escape(holds)}</td></tr>`,
  );
  const columns = words("What", "In the story", "Here", "Why", "What keeps it true");
  return `<h3>What was scaled</h3>${table("scaled", columns, rows)}`;
}
