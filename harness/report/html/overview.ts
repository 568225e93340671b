import type { ScenarioVerdict, Verdict } from "../../judge/verdict-types.ts";
import type { ScenarioDefinition } from "../../scenario/types.ts";
import { escape } from "../escape.ts";
import { formatBytes, formatCount, formatMs, NOTHING } from "../format.ts";
import { contrastText, runSentence } from "../telling.ts";
import { glyph, numbers, table, words } from "./parts.ts";

/** "21 November 2026, 05:12 UTC". */
function dateText({ startedAt }: Verdict): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T(\d+:\d+)/.exec(startedAt) ?? [];
  if (year === undefined) return startedAt;
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}, ${time} UTC`;
}

/** The head of the page: what came out, of how much, on what. */
export function overview(
  run: string,
  verdict: Verdict,
  scenarios: ReadonlyMap<string, ScenarioDefinition>,
): string {
  const rows = verdict.scenarios.map((scenario) => {
    const title = scenarios.get(scenario.id)?.title ?? scenario.id;
    return row(scenario, title);
  });
  return (
    `<header id="top"><p class="brand">Aftershock</p><h1>Run ${escape(run)}</h1>` +
    `<p class="outcome${verdict.ok ? "" : " off"}">${glyph(verdict.ok ? "yes" : "no")}${escape(runSentence(verdict))}</p>` +
    leftovers(verdict) +
    table(
      "overview",
      [
        ...words("Incident", "Broken", "Fixed", "Controls", "Broken, then fixed"),
        ...numbers("Took"),
      ],
      rows,
    ) +
    `<p class="facts">${escape(engineText(verdict))}</p></header>`
  );
}

function row(scenario: ScenarioVerdict, title: string): string {
  const took = scenario.arms.reduce((sum, arm) => sum + arm.durationMs, 0);
  return (
    `<tr><th scope="row"><a href="#${escape(scenario.id)}">${escape(title)}</a><small>${escape(scenario.id)}</small></th>` +
    `<td>${tally(scenario, ["broken"], "reproduced")}</td><td>${tally(scenario, ["fixed", "yours"], "fixed")}</td>` +
    `<td>${tally(scenario, ["control", "probe"], "controls")}</td>` +
    `<td class="contrast">${escape(contrastText(scenario) ?? NOTHING)}</td><td class="number">${formatMs(took)}</td></tr>`
  );
}

function tally(scenario: ScenarioVerdict, roles: readonly string[], word: string): string {
  const arms = scenario.arms.filter(({ role }) => roles.includes(role));
  if (arms.length === 0) return `<span class="none">none</span>`;
  const good = arms.filter(({ ok }) => ok).length;
  const all = good === arms.length;
  return `<span class="verdict${all ? "" : " off"}">${glyph(all ? "yes" : "no")}${good} of ${arms.length} ${word}</span>`;
}

function leftovers(verdict: Verdict): string {
  if (verdict.leftovers.length === 0) return "";
  const items = verdict.leftovers.map((what) => `<li>${escape(what)}`).join("");
  return `<p>Left behind on the engine:</p><ul>${items}</ul>`;
}

function engineText(verdict: Verdict): string {
  const { engine, durationMs } = verdict;
  const whose = engine.kind === "embedded" ? "embedded engine" : "the machine's own engine";
  return (
    `${dateText(verdict)}, ${formatMs(durationMs)} on ${whose}: Docker Engine ${engine.version} (API ${engine.api}), cgroup v${engine.cgroup}, ` +
    `Linux ${engine.kernel}, ${engine.arch}, ${formatCount(engine.cpus)} processors, ${formatBytes(engine.memoryBytes)} of memory.`
  );
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
