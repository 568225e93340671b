import { readFileSync } from "node:fs";
import type { ReportedRun } from "../judged.ts";
import { escape } from "../escape.ts";
import { CHART_CSS } from "../chart/svg.ts";
import { overview } from "./overview.ts";
import { scenarioSection } from "./scenario.ts";
import { SYMBOLS } from "./parts.ts";

const CSS = readFileSync(new URL("page.css", import.meta.url), "utf8");
const SCRIPT = readFileSync(new URL("page-script.js", import.meta.url), "utf8");

/** The whole run as one HTML file: no network, no clock, the same input gives the same bytes. */
export function renderHtml(judged: ReportedRun): string {
  const { run, verdict, scenarios } = judged;
  const sections = verdict.scenarios.map((scenario) => scenarioSection(scenario, judged));
  return [
    `<!doctype html>`,
    `<html lang="en">`,
    `<meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escape(run.id)} · Aftershock</title>`,
    `<style>${CHART_CSS}${CSS}</style>`,
    SYMBOLS,
    `<a class="skip" href="#${escape(verdict.scenarios[0]?.id ?? "top")}">Skip to the first incident</a>`,
    overview(run.id, verdict, scenarios),
    `<main>`,
    ...sections,
    `</main>`,
    `<script>${SCRIPT}</script>`,
    `</html>`,
    "",
  ].join("\n");
}
