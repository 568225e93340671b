import type { Unit } from "../../judge/types.ts";
import { formatFigure } from "../format.ts";
import { secondTicks, valueTicks, type Ticks } from "./scale.ts";
import type { Chart, PhaseSpan } from "./model.ts";
import { placeNames, type PlacedName } from "./phases.ts";

/** How large a chart is drawn and how much it says. Pixels. */
export interface ChartSize {
  readonly width: number;
  /** Height of the plotting area alone. */
  readonly plotHeight: number;
  /**
   * Names of arms: "side", at the lines' ends and in a margin; "below", left to the page, as on a
   * phone; "none", as in small multiples. The narrower, the fewer ticks and names of phases.
   */
  readonly labels: "side" | "below" | "none";
}

/** Where everything of a chart goes. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The last moment on the x axis, milliseconds. */
  readonly end: number;
  readonly xTicks: Ticks;
  readonly yTicks: Ticks;
  readonly names: readonly PlacedName[];
  readonly lanes: readonly Lane[];
  x(ms: number): number;
  y(value: number): number;
}

/** Phases of arms that differ from those shaded in the plot. */
interface Lane {
  readonly labels: readonly string[];
  readonly phases: readonly PhaseSpan[];
}

export const LANE_HEIGHT = 18;
const NAME_HEIGHT = 14;
/** Rows of phase names above the plot: many only where the chart is large. */
const NAME_ROWS = { side: 3, below: 2, none: 0 } as const;
const AXIS_HEIGHT = 26;
const CHARACTER = 6.1;

/** Lays out a chart below `headroom` pixels. Axes may be given, so that several charts share them. */
export function frameOf(
  chart: Chart,
  size: ChartSize,
  headroom: number,
  shared: Partial<Axes> = {},
): Frame {
  const { end, max } = { ...axesOf(chart), ...shared };
  const yTicks = valueTicks(max, chart.unit, size.labels === "side" ? 5 : 3);
  const ticks = largest(yTicks.at.map((value) => tickText(value, chart.unit).length));
  // A unit may be a hundred characters long: the plot comes first.
  const left =
    (headroom > 0 ? 22 : 12) + Math.min(Math.ceil(ticks * CHARACTER), Math.floor(size.width / 3));
  const right = size.width - (size.labels === "side" ? sideMargin(chart) : 10);
  const x = (ms: number) => left + inside(ms / end) * (right - left);
  const room = { character: CHARACTER, right, rows: NAME_ROWS[size.labels] };
  const names = placeNames(chart.lines[0]?.phases ?? [], x, room);
  const rows = names.reduce((most, { row }) => Math.max(most, row + 1), 0);
  const top = headroom + rows * NAME_HEIGHT + 8;
  const bottom = top + size.plotHeight;
  const lanes = size.labels === "side" ? lanesOf(chart, end) : [];
  return {
    width: size.width,
    height: bottom + AXIS_HEIGHT + lanes.length * LANE_HEIGHT,
    left,
    right,
    top,
    bottom,
    end,
    xTicks: secondTicks(end / 1000, Math.max(3, Math.floor((right - left) / 90))),
    yTicks,
    names,
    lanes,
    x,
    y: (value) => bottom - inside(value / yTicks.top) * (bottom - top),
  };
}

/** A tick's words on the y axis. */
export function tickText(value: number, unit: string): string {
  if (value === 0) return "0";
  return formatFigure({ value, unit: unit as Unit }).replace(/\.0+(?= )/, "");
}

export interface Axes {
  readonly end: number;
  readonly max: number;
}

/** The axes that hold all lines, and the limits unless they would dwarf the lines. */
export function axesOf(chart: Chart): Axes {
  const values = chart.lines.flatMap((line) => [...line.v]).filter(Number.isFinite);
  const highest = largest(values);
  const limits = chart.lines.flatMap(({ limit }) =>
    limit === null || limit > highest * 2 ? [] : [limit],
  );
  return {
    end:
      largest(chart.lines.flatMap((line) => [line.t.at(-1) ?? 0, line.phases.at(-1)?.to ?? 0])) ||
      1000,
    max: Math.max(highest, largest(limits)),
  };
}

/** What lies beyond an axis runs along its end: also what is below 0, or a sum that is no number. */
const inside = (share: number) => Math.min(1, Math.max(0, share));

// Not Math.max(...values): a long run has more samples than a call may have arguments.
const largest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, value), 0);

function sideMargin(chart: Chart): number {
  const longest = largest(chart.lines.map(({ label }) => label.length));
  return Math.min(190, 40 + Math.ceil(longest * CHARACTER));
}

/** A lane for each set of phases that differs visibly from the first line's, which shade the plot. */
function lanesOf(chart: Chart, end: number): readonly Lane[] {
  const [first, ...others] = chart.lines.filter(({ faint }) => faint !== true);
  const lanes: { labels: string[]; phases: readonly PhaseSpan[] }[] = [];
  for (const { label, phases } of others) {
    if (alike(first?.phases ?? [], phases, end * 0.02)) continue;
    const twin = lanes.find((lane) => alike(lane.phases, phases, end * 0.02));
    if (twin === undefined) lanes.push({ labels: [label], phases });
    else twin.labels.push(label);
  }
  return lanes;
}

function alike(a: readonly PhaseSpan[], b: readonly PhaseSpan[], within: number): boolean {
  return (
    a.length === b.length &&
    a.every((phase, index) => {
      const other = b[index];
      return (
        phase.name === other?.name &&
        Math.abs(phase.from - other.from) <= within &&
        Math.abs(phase.to - other.to) <= within
      );
    })
  );
}
