import { isUnit } from "../../judge/units.ts";
import { METRICS } from "../../record/metrics.ts";
import type { ContainerRow, ObservationRow, SampleRow } from "../../record/schema.ts";
import type { Plot, ScenarioDefinition } from "../../scenario/types.ts";
import { formatBytes, formatFigure } from "../format.ts";
import type { ArmRun } from "../reporter.ts";

/** What the live view knows of a running arm: the values of its scenario's first plot. */
export interface Gauge {
  readonly run: ArmRun;
  /** When it started, by the view's clock, milliseconds. */
  readonly since: number;
  readonly plot: Plot | undefined;
  /** What the plot shows, in a few words. */
  readonly what: string;
  /** The values of the last moment, by the record's clock. */
  readonly values: { readonly t: number; readonly value: number }[];
  phase: string;
  limit: number | undefined;
}

/** A change is told as one against what was this long ago, milliseconds. */
const MOMENT = 2_000;
/** And only if it is more than this share. */
const NOTICED = 0.05;

export function newGauge(
  run: ArmRun,
  since: number,
  { plots: [plot], headline }: Pick<ScenarioDefinition, "plots" | "headline">,
): Gauge {
  const what = headline?.watched ?? plot?.title ?? "";
  return { run, since, plot, what, values: [], phase: "starting", limit: undefined };
}

/** Takes a container's limit in, where its memory is what is watched. */
export function limitedBy(gauge: Gauge, { service, limits }: ContainerRow): void {
  const { plot } = gauge;
  if (plot?.service === service && isMemory(plot)) gauge.limit = limits.memory ?? undefined;
}

/** Takes one sample in. */
export function sampled(gauge: Gauge, service: string, row: SampleRow): void {
  const { plot } = gauge;
  const value = plot?.metric && plot.service === service ? row[plot.metric] : null;
  if (typeof value === "number") take(gauge, row.until, value);
}

/** Takes one observation in. */
export function observed(gauge: Gauge, { name, t, value }: ObservationRow): void {
  if (gauge.plot?.observed === name && typeof value === "number") take(gauge, t, value);
}

function take({ values }: Gauge, t: number, value: number): void {
  values.push({ t, value });
  while (values[1] !== undefined && values[1].t <= t - MOMENT) values.shift();
}

/** "memory of the API 1,890 MiB of 2,560 MiB"; nothing before the first value. */
export function reading({ plot, what, limit, values }: Gauge): string {
  const last = values.at(-1);
  if (plot === undefined || last === undefined) return "";
  const of = limit === undefined ? "" : ` of ${formatBytes(limit)}`;
  return `${what} ${formatFigure({ value: last.value, unit: unitOf(plot) })}${of}`;
}

/** ", rising" or ", falling"; nothing where it stays. */
export function wayOf({ values }: Gauge): string {
  const before = values[0]?.value ?? 0;
  const now = values.at(-1)?.value ?? 0;
  if (Math.abs(now - before) <= NOTICED * before) return "";
  return now > before ? ", rising" : ", falling";
}

function unitOf(plot: Plot) {
  if (isUnit(plot.unit)) return plot.unit;
  return plot.metric === undefined ? "1" : METRICS[plot.metric].unit;
}

const isMemory = ({ metric }: Plot) => metric !== undefined && METRICS[metric].limit === "memory";
