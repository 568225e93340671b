import { escape } from "../escape.ts";
import { downsample, type Point } from "./downsample.ts";
import type { ChartSize, Frame } from "./frame.ts";
import { spread } from "./labels.ts";
import { MARK_NAMES, type Chart, type Line, type Mark } from "./model.ts";

/** All lines of a chart, the faint ones first, so that they lie behind. */
export function drawLines(chart: Chart, frame: Frame): string {
  return behindFirst(chart.lines)
    .map(
      (line) =>
        `<path class="${classes(line)}" data-label="${escape(line.label)}" d="${pathOf(line, frame)}"/>`,
    )
    .join("");
}

/** Marks of events, at the height that the line has there; one for those that fall together. */
export function drawMarks(chart: Chart, frame: Frame): string {
  return chart.lines
    .filter(({ faint }) => faint !== true)
    .map((line) => {
      const seen = new Set<string>();
      const marks = line.marks.filter(({ t, kind }) => {
        const place = `${kind}${Math.round(frame.x(t) / 4)}`;
        return !seen.has(place) && seen.add(place) !== undefined;
      });
      // Last what is worst: a cross is still seen upon a circle.
      const order = marks.toSorted((a, b) => Number(a.kind === "oom") - Number(b.kind === "oom"));
      return order.map((mark) => drawMark(mark, line, frame)).join("");
    })
    .join("");
}

/** The arms' names: beside the plot for lines that run to about its end, else where they end. */
export function drawLabels(chart: Chart, frame: Frame, place: ChartSize["labels"]): string {
  if (place !== "side") return "";
  const lines = chart.lines.filter(({ faint, v }) => faint !== true && v.length > 0);
  const wishes = lines.map((line) => {
    const width = line.label.length * 6.4 + 26;
    const end = frame.x(line.t.at(-1) ?? 0);
    const beside = end > frame.left + (frame.right - frame.left) * 0.75;
    const x = beside ? frame.right + 8 : Math.min(end + 6, frame.right - width);
    return { x, y: frame.y(lastValue(line)) + 4, width };
  });
  const heights = spread(wishes, 14, frame.top + 9, frame.bottom - 4);
  return lines
    .map((line, index) => {
      const x = pixel(wishes[index]?.x ?? 0);
      const y = pixel(heights[index] ?? 0);
      return (
        `<path class="${classes(line)}" d="M${x} ${pixel(y - 4)}h18"/>` +
        `<text class="name halo ${line.role}" x="${pixel(x + 22)}" y="${y}">${escape(line.label)}</text>`
      );
    })
    .join("");
}

/** The line as a path: absolute to begin with and after a gap, then in steps, to be short. */
function pathOf(line: Line, { x, y }: Pick<Frame, "x" | "y">): string {
  const points = line.t.map((t, index): Point => [x(t), y(line.v[index] ?? Number.NaN)]);
  let pen: readonly [number, number] | undefined;
  let path = "";
  for (const [px, py] of downsample(points, 1)) {
    if (Number.isNaN(py)) {
      pen = undefined;
      continue;
    }
    const next = [Math.round(px * 10), Math.round(py * 10)] as const;
    path += pen === undefined ? `M${next[0] / 10} ${next[1] / 10}` : step(pen, next);
    pen = next;
  }
  return path;
}

function step(from: readonly [number, number], to: readonly [number, number]): string {
  const [dx, dy] = [(to[0] - from[0]) / 10, (to[1] - from[1]) / 10];
  if (dx === 0 && dy === 0) return "";
  if (dy === 0) return `h${dx}`;
  return dx === 0 ? `v${dy}` : `l${dx}${dy < 0 ? "" : " "}${dy}`;
}

function drawMark({ kind, t }: Mark, line: Line, { x, y }: Frame): string {
  const [cx, cy] = [pixel(x(t)), pixel(y(valueAt(line, t)))];
  const shape = SHAPES[kind](cx, cy);
  return `<path class="mark ${line.role}" d="${shape}"><title>${escape(line.label)}: ${MARK_NAMES[kind]} at ${(t / 1000).toFixed(1)} s</title></path>`;
}

/** Cross, circle, triangle: told apart without colour. */
export const SHAPES: Readonly<Record<Mark["kind"], (x: number, y: number) => string>> = {
  oom: (x, y) => `M${x - 4} ${y - 4}l8 8m0-8l-8 8`,
  die: (x, y) => `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0-8 0z`,
  restart: (x, y) => `M${x - 4.5} ${y + 4}l4.5-8l4.5 8z`,
};

/** The highest value within a quarter of a second before the event: where the line came from. */
function valueAt({ t, v }: Line, at: number): number {
  let value = 0;
  for (const [index, time] of t.entries()) {
    if (time > at) break;
    const here = v[index] ?? Number.NaN;
    if (Number.isFinite(here)) value = time >= at - 250 ? Math.max(value, here) : here;
  }
  return value;
}

const classes = ({ role, rank, faint }: Line) =>
  `line ${role} rank${rank % RANKS}${faint === true ? " faint" : ""}`;
/** Dash patterns that chart.css has for each role. */
export const RANKS = 6;
const lastValue = ({ v }: Line) => v.findLast(Number.isFinite) ?? 0;
const behindFirst = (lines: readonly Line[]) =>
  [...lines].sort((a, b) => Number(b.faint === true) - Number(a.faint === true));
const pixel = (value: number) => Number(value.toFixed(1));
