import type { ArmVerdict, ScenarioVerdict } from "../../judge/verdict-types.ts";
import type { ScenarioDefinition } from "../../scenario/types.ts";
import { escape } from "../escape.ts";
import type { JudgedRun } from "../judged.ts";
import { formatFigure, formatMs, NOTHING, wordsOf } from "../format.ts";
import { armTitle } from "../telling.ts";
import { armDetails } from "./arm.ts";
import { plotFigures } from "./charts.ts";
import { numbers, rankOf, swatch, table, verdictWord, words } from "./parts.ts";

/** One incident: its story, what came out, the charts, the claims, what was scaled. */
export function scenarioSection(judged: ScenarioVerdict, run: JudgedRun): string {
  const told = run.scenarios.get(judged.id);
  return [
    `<section id="${escape(judged.id)}" aria-labelledby="${escape(judged.id)}-title">`,
    story(judged, told),
    verdicts(judged),
    told === undefined ? "" : plotFigures(judged, told, run.records),
    `<h3>Claims and evidence</h3>`,
    ...judged.arms.map((arm) => armDetails(arm, judged, run)),
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
  const rows = scenario.arms.map(
    (arm) =>
      `<tr><th scope="row">${swatch(arm.role, rankOf(scenario, arm))}${escape(armTitle(arm, scenario))}</th>` +
      `<td>${escape(arm.role)}</td><td>${verdictWord(arm)}</td>` +
      keys.map((key) => `<td class="number">${figure(arm, key)}</td>`).join("") +
      `<td class="number">${formatMs(arm.durationMs)}</td></tr>`,
  );
  const columns = [...words("Arm", "Role", "Verdict"), ...numbers(...keys.map(wordsOf), "Took")];
  return table("verdicts", columns, rows);
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
