import type { ArmVerdict, ScenarioVerdict } from "../../judge/verdict-types.ts";
import { METRICS } from "../../record/metrics.ts";
import type { Plot, ScenarioDefinition } from "../../scenario/types.ts";
import { axesOf } from "../chart/frame.ts";
import { MARK_NAMES, type Chart, type Line, type Mark } from "../chart/model.ts";
import { traceOf, unitOf } from "../chart/trace.ts";
import { SHAPES } from "../chart/lines.ts";
import { escape } from "../escape.ts";
import { formatFigure, plural } from "../format.ts";
import type { Unit } from "../../judge/types.ts";
import { recordOf, type Rows } from "../rows.ts";
import { chartSvg } from "../chart/svg.ts";
import { rankOf, swatch } from "./parts.ts";

/** One large chart per plot of the scenario, its controls in small ones folded away below. */
export function plotFigures(
  judged: ScenarioVerdict,
  told: ScenarioDefinition,
  records: readonly Rows[],
): string {
  const figures = told.plots.map((plot) => plotFigure(plot, judged, records));
  return [...figures, phaseList(told.plots, judged, records)].join("\n");
}

/** The lines of a plot that belong on one pair of axes: all arms but the controls. */
export function mainChart(plot: Plot, judged: ScenarioVerdict, records: readonly Rows[]): Chart {
  const lines = judged.arms
    .filter(({ role, repeat }) => role !== "control" && repeat <= MOST_REPEATS)
    .flatMap((arm) => lineOf(plot, arm, judged, records));
  return { title: plot.title, unit: unitOf(plot), lines };
}

/** Runs of one arm beyond the first are drawn faintly; beyond these they would only be ink. */
const MOST_REPEATS = 5;

function plotFigure(plot: Plot, judged: ScenarioVerdict, records: readonly Rows[]): string {
  const chart = mainChart(plot, judged, records);
  if (chart.lines.length === 0) return "";
  const wide = chartSvg(chart, { width: 980, plotHeight: 260, labels: "side" });
  const narrow = chartSvg(chart, { width: 370, plotHeight: 210, labels: "below" });
  return (
    `<figure><figcaption><h3>${escape(plot.title)}</h3><p>${escape(captionOf(plot, chart))}</p></figcaption>` +
    `<div class="wide">${wide}</div><div class="narrow">${narrow}${names(chart)}</div>${legend(chart)}` +
    `${controls(plot, chart, judged, records)}</figure>`
  );
}

function lineOf(
  plot: Plot,
  arm: ArmVerdict,
  judged: ScenarioVerdict,
  records: readonly Rows[],
): readonly Line[] {
  const record = recordOf(records, judged.id, arm.name, arm.repeat);
  const trace = record === undefined ? undefined : traceOf(record, plot);
  if (trace === undefined || trace.t.length === 0) return [];
  const faint = arm.repeat > 1 ? { faint: true } : {};
  return [{ label: arm.name, role: arm.role, rank: rankOf(judged, arm), ...faint, ...trace }];
}

/** Each control beside the first broken arm, all on the large chart's axes where they fit. */
function controls(
  plot: Plot,
  main: Chart,
  judged: ScenarioVerdict,
  records: readonly Rows[],
): string {
  const arms = judged.arms.filter(({ role, repeat }) => role === "control" && repeat === 1);
  const lines = arms.flatMap((arm) => lineOf(plot, arm, judged, records));
  if (lines.length === 0) return "";
  const axes = axesOf({ ...main, lines: [...main.lines, ...lines] });
  const broken = main.lines.find(({ role, faint }) => role === "broken" && faint !== true);
  const small = lines.map((line) => {
    const behind = broken === undefined ? [] : [{ ...broken, faint: true }];
    const chart: Chart = {
      ...main,
      title: `${plot.title}, ${line.label}`,
      lines: [line, ...behind],
    };
    const svg = chartSvg(chart, { width: 310, plotHeight: 120, labels: "none", axes });
    return `<div><h4>${escape(line.label)}</h4>${svg}</div>`;
  });
  const beside = broken === undefined ? "" : `, with ${broken.label} drawn faintly behind`;
  return (
    `<details><summary><b>${plural(lines.length, "control")}</b>` +
    `<span class="count">on the same axes${escape(beside)}</span></summary><div class="small">${small.join("")}</div></details>`
  );
}

function captionOf(plot: Plot, { lines, unit }: Chart): string {
  const what =
    plot.observed === undefined
      ? `${METRICS[plot.metric ?? "anon"].says}, service ${plot.service ?? "?"}`
      : "As the scenario observed it";
  const limits = [...new Set(lines.flatMap(({ limit }) => (limit === null ? [] : [limit])))];
  const highest = axesOf({ title: "", unit, lines }).max;
  const above = limits
    .filter((limit) => limit > highest)
    .map((limit) => formatFigure({ value: limit, unit: unit as Unit }));
  const note =
    above.length === 0 ? "" : ` The limit of ${above.join(" and ")} is above this chart.`;
  return `${what}, over seconds since the system was healthy.${note}`;
}

/** Which line is whose, where there is no room to say so in the chart. */
function names({ lines }: Chart): string {
  const items = lines
    .filter(({ faint }) => faint !== true)
    .map(
      ({ label, role, rank }) =>
        `<span class="${role}">${swatch(role, rank)}${escape(label)}</span>`,
    );
  return `<p class="legend names">${items.join("")}</p>`;
}

/** All phases with their beginnings, where they are too many for each to be named in the charts. */
function phaseList(
  [plot]: readonly Plot[],
  judged: ScenarioVerdict,
  records: readonly Rows[],
): string {
  const [first] = plot === undefined ? [] : mainChart(plot, judged, records).lines;
  if (first === undefined || first.phases.length <= 4) return "";
  const items = first.phases.map(
    ({ name, from }) => `<span>${escape(name)} ${(from / 1000).toFixed(1)} s</span>`,
  );
  return `<p class="legend phases"><b>Phases of ${escape(first.label)}</b>${items.join("")}</p>`;
}

/** What the marks mean, for those that are there. */
function legend({ lines }: Chart): string {
  const kinds = new Set(lines.flatMap(({ marks }) => marks.map(({ kind }) => kind)));
  const items = (Object.keys(MARK_NAMES) as Mark["kind"][])
    .filter((kind) => kinds.has(kind))
    .map(
      (kind) =>
        `<span><svg class="chart key" viewBox="0 0 12 12" aria-hidden="true"><path class="mark key" d="${SHAPES[kind](6, 6)}"/></svg>${MARK_NAMES[kind]}</span>`,
    );
  return items.length === 0 ? "" : `<p class="legend">${items.join("")}</p>`;
}
