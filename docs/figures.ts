import { readFile, writeFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ArmVerdict, ScenarioVerdict } from "../harness/judge/verdict-types.ts";
import type { ScenarioDefinition } from "../harness/scenario/types.ts";
import { escapeCell } from "../harness/report/escape.ts";
import { formatFigure, NOTHING, wordsOf } from "../harness/report/format.ts";
import { mainChart } from "../harness/report/html/charts.ts";
import type { ReportedRun } from "../harness/report/judged.ts";
import { chartSvg } from "../harness/report/chart/svg.ts";
import { incidentTable } from "../harness/report/terminal/incidents.ts";
import { contrastText, figuresOf, runSentence } from "../harness/report/telling.ts";

/** Where charts for the READMEs lie, from the repository's root. */
const CHARTS = "docs/charts";
const BLOCK = /<!-- figures -->[\s\S]*?<!-- \/figures -->/;

/** Figures that a table has room for. */
const COLUMNS = 5;

/**
 * Every file that states what a run showed, by its path from the repository's root: the top README
 * and the scenarios' with their figure blocks filled anew, and the charts they show.
 * `texts` are the READMEs as they are; one without a block is left out. Deterministic.
 */
export function renderFigures(
  judged: ReportedRun,
  texts: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  const fill = (path: string, block: string) => {
    const text = texts[path];
    if (text !== undefined && BLOCK.test(text)) files[path] = fillBlock(text, block);
  };
  fill("README.md", overviewBlock(judged));
  for (const scenario of judged.verdict.scenarios) {
    const told = judged.scenarios.get(scenario.id);
    if (told === undefined) continue;
    fill(readmeOf(scenario.id), scenarioBlock(judged, scenario, told));
    Object.assign(files, charts(judged, scenario, told));
  }
  return files;
}

/** Fills the figure blocks below `root` from a judged run and writes the charts; gives the paths. */
export async function writeFigures(root: string, judged: ReportedRun): Promise<readonly string[]> {
  const paths = ["README.md", ...judged.verdict.scenarios.map(({ id }) => readmeOf(id))];
  const texts = Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await textOf(join(root, path))] as const)),
  );
  const files = Object.entries(renderFigures(judged, texts));
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return files.map(([path]) => path);
}

/** The text with its block of figures replaced; its marks stay. */
export function fillBlock(text: string, block: string): string {
  return text.replace(BLOCK, () => `<!-- figures -->\n\n${block}\n\n<!-- /figures -->`);
}

const readmeOf = (id: string) => `scenarios/${id}/README.md`;
const chartOf = (id: string, index: number) => `${CHARTS}/${id}-${index + 1}.svg`;

/** A README that is not there has no block to fill. */
async function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

function charts(
  { records }: ReportedRun,
  scenario: ScenarioVerdict,
  { plots }: ScenarioDefinition,
): Readonly<Record<string, string>> {
  const drawn = plots.map((plot, index): [string, string] => {
    const chart = mainChart(plot, scenario, records);
    const size = { width: 880, plotHeight: 240, labels: "side" } as const;
    return [chartOf(scenario.id, index), `${chartSvg(chart, { ...size, standalone: true })}\n`];
  });
  return Object.fromEntries(drawn);
}

function scenarioBlock(
  { run, verdict }: ReportedRun,
  scenario: ScenarioVerdict,
  { plots }: ScenarioDefinition,
): string {
  const pictures = plots.map(
    ({ title }, index) => `![${escapeCell(title)}](../../${chartOf(scenario.id, index)})`,
  );
  const { version, cgroup, kernel, arch, cpus } = verdict.engine;
  return [
    ...pictures,
    armTable(scenario),
    ...furtherFigures(scenario),
    `Run ${run.id}: Docker Engine ${version}, cgroup v${cgroup}, Linux ${kernel}, ${arch}, ${cpus} processors.`,
  ].join("\n\n");
}

function armTable({ arms }: ScenarioVerdict): string {
  const first = arms.filter(({ repeat }) => repeat === 1);
  const keys = keysOf(first).slice(0, COLUMNS);
  const row = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [
    row(["arm", "role", "verdict", ...keys.map(wordsOf)]),
    `|---|---|---|${"---:|".repeat(keys.length)}`,
    ...first.map((arm) =>
      row([arm.name, arm.role, arm.verdict, ...keys.map((key) => figure(arm, key))]),
    ),
  ].join("\n");
}

/** What did not fit into the table, of the first broken and the first fixed arm. */
function furtherFigures({ arms }: ScenarioVerdict): readonly string[] {
  const keys = keysOf(arms).slice(COLUMNS);
  const told = (["broken", "fixed"] as const).flatMap((wanted) => {
    const arm = arms.find(({ role }) => role === wanted);
    if (arm === undefined) return [];
    const figures = keys
      .filter((key) => arm.figures[key] !== undefined)
      .map((key) => `${wordsOf(key)} ${figure(arm, key)}`);
    return figures.length > 0 ? [`- ${arm.name}: ${figures.join("; ")}`] : [];
  });
  return told.length > 0 ? ["Also measured:", told.join("\n")] : [];
}

/** Names of all figures, in the order the scenario gives them. */
function keysOf(arms: readonly ArmVerdict[]): readonly string[] {
  return [...new Set(arms.flatMap((arm) => figuresOf(arm).map(([key]) => key)))];
}

function figure({ figures }: ArmVerdict, key: string): string {
  const found = figures[key];
  return found === undefined ? NOTHING : formatFigure(found);
}

function overviewBlock({ verdict, scenarios }: ReportedRun): string {
  const rows = verdict.scenarios.map((scenario) => {
    const title = scenarios.get(scenario.id)?.title ?? scenario.id;
    const name = `[${escapeCell(title)}](scenarios/${scenario.id}/README.md)`;
    const cells = [
      name,
      share(scenario, ["broken"]),
      share(scenario, ["fixed"]),
      share(scenario, ["control"]),
    ];
    return `| ${[...cells, escapeCell(contrastText(scenario) ?? NOTHING)].join(" | ")} |`;
  });
  const hero = verdict.scenarios[0];
  const title = hero === undefined ? undefined : scenarios.get(hero.id)?.plots[0]?.title;
  return [
    `\`\`\`text\n${incidentTable(verdict, scenarios).trimEnd()}\n\`\`\``,
    ...(hero === undefined || title === undefined
      ? []
      : [`![${escapeCell(title)}](${chartOf(hero.id, 0)})`]),
    [
      "| incident | broken reproduces | fixed holds | controls judged right | broken, then fixed |",
      "|---|---|---|---|---|",
      ...rows,
    ].join("\n"),
    runSentence(verdict),
  ].join("\n\n");
}

function share({ arms }: ScenarioVerdict, roles: readonly string[]): string {
  const those = arms.filter(({ role }) => roles.includes(role));
  return `${those.filter(({ ok }) => ok).length} of ${those.length}`;
}
