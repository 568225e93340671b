import { readFileSync } from "node:fs";
import type { Chart } from "../chart/model.ts";
import { CHART_CSS, chartSvg } from "../chart/svg.ts";
import { escape } from "../escape.ts";
import { markdownHtml } from "./markdown.ts";

const CSS = readFileSync(new URL("page.css", import.meta.url), "utf8");

export interface DebriefPage {
  readonly title: string;
  /** What was seen, with the session's own moments as phases. */
  readonly charts: readonly Chart[];
  /** Each moment: the time, and what it was. */
  readonly moments: readonly (readonly [time: string, says: string])[];
  /** Markdown. */
  readonly debrief: string;
  /** The reference's diff, where it was asked for. */
  readonly diff?: string;
}

/** A session's debrief as one HTML file, for a projector: no script, no network. */
export function debriefHtml({ title, charts, moments, debrief, diff }: DebriefPage): string {
  const size = { width: 980, plotHeight: 260, labels: "side" } as const;
  return [
    `<!doctype html>`,
    `<html lang="en">`,
    `<meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escape(title)} · Aftershock</title>`,
    `<style>${CHART_CSS}${CSS}</style>`,
    `<main><section>`,
    `<p class="eyebrow">debrief</p><h2>${escape(title)}</h2>`,
    ...charts.map(
      (chart) =>
        `<figure><figcaption><h3>${escape(chart.title)}</h3></figcaption>${chartSvg(chart, size)}</figure>`,
    ),
    `<table><tbody>`,
    ...moments.map(([time, says]) => `<tr><td>${escape(time)}</td><td>${escape(says)}</td></tr>`),
    `</tbody></table>`,
    markdownHtml(debrief),
    ...(diff === undefined ? [] : [`<h3>The reference, as a diff</h3><pre>${escape(diff)}</pre>`]),
    `</section></main>`,
    `</html>`,
    "",
  ].join("\n");
}
