import { axesOf } from "../chart/frame.ts";
import type { Chart } from "../chart/model.ts";
import { tickText } from "../chart/frame.ts";

/** Something that happened, marked below the chart by its letter. */
export interface Flag {
  readonly at: number;
  readonly letter: string;
}

const HEIGHT = 8;
const LEVELS = " ▁▂▃▄▅▆▇█";

/**
 * A chart's first line for a terminal: the highest value of each column's time, as bars, over
 * minutes; below it a letter for each flag, and a cross where something was killed.
 */
export function strip(chart: Chart, flags: readonly Flag[], width: number): string {
  const { end: last, max } = axesOf(chart);
  const labels = [tickText(max, chart.unit), "0"];
  const margin = Math.max(...labels.map(({ length }) => length)) + 2;
  const columns = Math.max(10, width - margin);
  const columnOf = (t: number) => Math.min(columns - 1, Math.floor((t / last) * columns));
  const highest = columnsOf(chart, columns, columnOf);
  const rows = Array.from({ length: HEIGHT }, (_, row) => {
    const label = row === 0 ? labels[0]! : row === HEIGHT - 1 ? labels[1]! : "";
    const cells = highest.map((value) => cell((value / (max || 1)) * HEIGHT - (HEIGHT - 1 - row)));
    return `${label.padStart(margin - 2)}  ${cells.join("")}`.trimEnd();
  });
  const killed = (chart.lines[0]?.marks ?? []).filter(({ kind }) => kind === "oom");
  const beside = " ".repeat(margin);
  const crosses = placed(
    killed.map(({ t }) => ({ at: t, letter: "×" })),
    columns,
    columnOf,
    false,
  );
  return [
    ...rows,
    ...(killed.length > 0 ? [beside + crosses] : []),
    beside + axis(columns, last),
    ...(flags.length > 0 ? [beside + placed(flags, columns, columnOf, true)] : []),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function columnsOf(
  { lines: [line] }: Chart,
  columns: number,
  columnOf: (t: number) => number,
): readonly number[] {
  const highest = Array.from({ length: columns }, () => Number.NaN);
  line?.t.forEach((t, i) => {
    const value = line.v[i]!;
    const at = columnOf(t);
    if (Number.isFinite(value)) highest[at] = Math.max(highest[at] || 0, value);
  });
  // A value holds until the next: what stays the same is sampled once.
  for (let at = 1; at < columns; at++)
    if (Number.isNaN(highest[at]) && !isBreak(line, at, columnOf)) highest[at] = highest[at - 1]!;
  return highest.map((value) => (Number.isNaN(value) ? 0 : value));
}

/** Whether the line was interrupted at a column's beginning. */
function isBreak(
  line: Chart["lines"][number] | undefined,
  at: number,
  columnOf: (t: number) => number,
) {
  if (line === undefined) return true;
  const before = line.t.findLastIndex((t) => columnOf(t) < at);
  return before < 0 || Number.isNaN(line.v[before]);
}

function cell(level: number): string {
  return LEVELS[Math.max(0, Math.min(8, Math.round(level * 8)))]!;
}

/** Letters at their columns; one that finds its place taken goes to the next that is free, if all are to be seen. */
function placed(
  flags: readonly Flag[],
  columns: number,
  columnOf: (t: number) => number,
  all: boolean,
): string {
  const cells = Array.from({ length: columns + flags.length }, () => " ");
  for (const { at, letter } of flags) {
    let place = columnOf(at);
    if (all) place = cells.indexOf(" ", place);
    cells[place] = letter;
  }
  return cells.join("");
}

/** Minutes below the chart, or seconds where it is short. */
function axis(columns: number, last: number): string {
  const [unit, word] = last >= 120_000 ? [60_000, "min"] : [1000, "s"];
  const step =
    [1, 2, 5, 10, 15, 30, 60, 120, 240].find((n) => (n * unit * columns) / last >= 8) ?? 600;
  let text = "";
  for (let at = 0; at * unit <= last; at += step) {
    const place = Math.floor(((at * unit) / last) * columns);
    if (place >= text.length) text = text.padEnd(place) + String(at);
  }
  return `${text} ${word}`;
}
