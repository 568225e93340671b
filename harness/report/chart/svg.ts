import { readFileSync } from "node:fs";
import { escape } from "../escape.ts";
import { formatFigure } from "../format.ts";
import type { Unit } from "../../judge/types.ts";
import { frameOf, type Axes, type ChartSize, type Frame, LANE_HEIGHT, tickText } from "./frame.ts";
import { drawLabels, drawLines, drawMarks } from "./lines.ts";
import type { Chart, PhaseSpan } from "./model.ts";

/** The colours and strokes that charts need, for the page that holds them or the file itself. */
export const CHART_CSS = readFileSync(new URL("chart.css", import.meta.url), "utf8");

export interface SvgOptions extends ChartSize {
  /** True for a file of its own: brings its background, heading and style, dark mode too. */
  readonly standalone?: boolean;
  /** Axes shared with other charts. */
  readonly axes?: Partial<Axes>;
}

/**
 * A chart as SVG: lines on shared axes, phases shaded and named, limits dashed, events marked.
 * Complete without script; what a script needs for reading values is in its data attributes.
 */
export function chartSvg(chart: Chart, options: SvgOptions): string {
  const standalone = options.standalone === true;
  const frame = frameOf(chart, options, standalone ? 30 : 0, options.axes);
  const { width, height } = frame;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}"`,
    standalone ? ` width="${width}" height="${height}"` : "",
    ` role="img" aria-label="${escape(describe(chart))}"${reading(chart, frame)}>`,
    standalone ? heading(chart, frame) : "",
    bands(chart, frame),
    yAxis(chart, frame),
    xAxis(frame),
    limits(chart, frame),
    drawLines(chart, frame),
    drawMarks(chart, frame),
    drawLabels(chart, frame, options.labels),
    drawLanes(frame),
    `</svg>`,
  ].join("");
}

/** The chart in a sentence, for those who cannot see it. */
export function describe(chart: Chart): string {
  const parts = chart.lines
    .filter(({ faint }) => faint !== true)
    .map(({ label, v }) => `${label} at most ${textOf(highest(v), chart.unit)}`);
  return `${chart.title}: ${parts.join(", ")}.`;
}

function heading(chart: Chart, { width, height }: Frame): string {
  return (
    `<style>${CHART_CSS.replaceAll("<", "&lt;")}</style><rect class="paper" width="${width}" height="${height}" rx="6"/>` +
    `<text class="heading" x="12" y="21">${escape(chart.title)}</text>`
  );
}

/** What the page's script needs to turn a place into time, value and phase. */
function reading(chart: Chart, { left, right, top, bottom, end, yTicks }: Frame): string {
  const box = [left, right, top, bottom].map(pixel).join(" ");
  const phases = (chart.lines[0]?.phases ?? []).map(({ name, from }) => [name, Math.round(from)]);
  return (
    ` data-box="${box}" data-end="${Math.round(end)}" data-top="${yTicks.top}"` +
    ` data-unit="${escape(chart.unit)}" data-phases="${escape(JSON.stringify(phases))}"`
  );
}

function bands(chart: Chart, frame: Frame): string {
  const { x, top, bottom, names, end, lanes, right, width } = frame;
  const phases = chart.lines[0]?.phases ?? [];
  const shades = phases.map(({ name, from, to }, index) => {
    const [left, right] = [x(from), x(Math.min(to, end))];
    const area = index % 2 === 0 ? rect("band", left, top, right - left, bottom - top, name) : "";
    return `${area}<path class="edge" d="M${pixel(left)} ${pixel(top - 6)}V${pixel(bottom)}"/>`;
  });
  const texts = names.map(({ name, x: at, row }) => text(at, top - 10 - row * 14, name));
  // Where other arms have lanes of their own, say whose phases these are.
  const whose =
    lanes.length > 0 && width - right > 40
      ? text(right + 8, top - 10, chart.lines[0]?.label ?? "")
      : "";
  return shades.join("") + texts.join("") + whose;
}

function yAxis(chart: Chart, { left, right, y, yTicks }: Frame): string {
  return yTicks.at
    .map((value) => {
      const at = pixel(y(value));
      return (
        `<path class="grid" d="M${left} ${at}H${pixel(right)}"/>` +
        `<text x="${left - 6}" y="${pixel(y(value) + 3.5)}" text-anchor="end">${escape(tickText(value, chart.unit))}</text>`
      );
    })
    .join("");
}

function xAxis({ left, right, bottom, x, xTicks }: Frame): string {
  const last = xTicks.at.length - 1;
  const ticks = xTicks.at.map((seconds, index) => {
    const at = x(seconds * 1000);
    const text =
      index === last ? `${Number(seconds.toFixed(1))} s` : String(Number(seconds.toFixed(1)));
    const anchor = at > right - 12 ? "end" : "middle";
    return (
      `<path class="axis" d="M${pixel(at)} ${pixel(bottom)}v4"/>` +
      `<text x="${pixel(at)}" y="${pixel(bottom + 17)}" text-anchor="${anchor}">${text}</text>`
    );
  });
  return `<path class="axis" d="M${left} ${pixel(bottom)}H${pixel(right)}"/>${ticks.join("")}`;
}

/** Each different limit once; named by its arms where they differ. */
function limits(chart: Chart, { left, right, top, y, yTicks }: Frame): string {
  const shown = chart.lines.filter(({ faint }) => faint !== true);
  const values = [...new Set(shown.flatMap(({ limit }) => (limit === null ? [] : [limit])))];
  return values
    .filter((value) => value <= yTicks.top)
    .map((value) => {
      const arms = shown.filter(({ limit }) => limit === value).map(({ label }) => label);
      const whose = arms.length === shown.length ? "" : ` (${arms.join(", ")})`;
      const at = y(value);
      const text = `limit ${textOf(value, chart.unit)}${whose}`;
      return (
        `<path class="limit" d="M${left} ${pixel(at)}H${pixel(right)}"/>` +
        `<text class="halo" x="${left + 6}" y="${pixel(at - 5 < top + 8 ? at + 13 : at - 5)}">${escape(text)}</text>`
      );
    })
    .join("");
}

function drawLanes({ lanes: all, bottom, x, right, width }: Frame): string {
  const named = width - right > 40;
  return all
    .map(({ labels, phases }, index) => {
      const y = bottom + 26 + index * LANE_HEIGHT;
      const spans = phases.map((phase) => lanePhase(phase, y, x));
      const owner = labels.length > 1 ? `${labels[0]} +${labels.length - 1}` : (labels[0] ?? "");
      return spans.join("") + (named ? text(right + 8, y + 10.5, owner) : "");
    })
    .join("");
}

function lanePhase({ name, from, to }: PhaseSpan, y: number, x: Frame["x"]): string {
  const room = x(to) - x(from);
  const fits = name.length * 5.7 + 8 <= room;
  return (
    rect("lane", x(from), y, room, LANE_HEIGHT - 4, name) +
    (fits ? text(x(from) + 4, y + 10.5, name) : "")
  );
}

function text(x: number, y: number, words: string): string {
  return `<text x="${pixel(x)}" y="${pixel(y)}">${escape(words)}</text>`;
}

function rect(
  name: string,
  x: number,
  y: number,
  width: number,
  height: number,
  title: string,
): string {
  return (
    `<rect class="${name}" x="${pixel(x)}" y="${pixel(y)}" width="${pixel(Math.max(0, width))}" height="${pixel(height)}">` +
    `<title>${escape(title)}</title></rect>`
  );
}

const textOf = (value: number, unit: string) => formatFigure({ value, unit: unit as Unit });
const highest = (values: readonly number[]) =>
  values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);
const pixel = (value: number) => Number(value.toFixed(1));
