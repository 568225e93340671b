import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Unit } from "../judge/types.ts";
import { isUnit } from "../judge/units.ts";
import { readRecord } from "../record/reader.ts";
import type { Row } from "../record/schema.ts";
import type { DrillDefinition } from "./definition.ts";
import { placesOf } from "./session.ts";

/** What may be watched, as it was in the last while. */
export interface WatchedChart {
  readonly title: string;
  readonly unit: Unit;
  readonly latest: number | null;
  readonly highest: number | null;
  /** Highest value in each of `steps` equal stretches, the oldest first; null where nothing was seen. */
  readonly course: readonly (number | null)[];
  /** How long all of them are together, milliseconds. */
  readonly ms: number;
}

/** The charts of a session, from the newest record of its system. */
export async function watchedCharts(
  session: string,
  { charts }: Pick<DrillDefinition, "charts">,
  { ms = 300_000, steps = 40 } = {},
): Promise<readonly WatchedChart[]> {
  const { records } = placesOf(session);
  const names = await readdir(records).catch(() => []);
  const newest = names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1);
  const rows = newest === undefined ? [] : readRecord(join(records, newest)).rows;
  const end = rows.at(-1)?.t ?? 0;
  return charts.map((chart) => {
    const points = rows.flatMap((row) => pointOf(chart, row));
    const values = points.map(({ value }) => value);
    return {
      title: chart.title,
      unit: unitOf(chart),
      latest: values.at(-1) ?? null,
      highest: values.length > 0 ? values.reduce((a, b) => Math.max(a, b)) : null,
      course: courseOf(points, { end, ms, steps }),
      ms,
    };
  });
}

type Chart = DrillDefinition["charts"][number];

function pointOf(chart: Chart, row: Row): readonly { t: number; value: number }[] {
  if ("observed" in chart) {
    const is = row.type === "observation" && row.name === chart.observed;
    return is && typeof row.value === "number" ? [{ t: row.t, value: row.value }] : [];
  }
  if (row.type !== "sample" || row.service !== chart.service) return [];
  const value = row[chart.metric];
  return value === null ? [] : [{ t: row.until, value }];
}

function unitOf(chart: Chart): Unit {
  if (isUnit(chart.unit)) return chart.unit;
  const bytes = "metric" in chart && !["pids", "processes"].includes(chart.metric);
  return bytes ? "B" : "1";
}

interface Stretch {
  readonly end: number;
  readonly ms: number;
  readonly steps: number;
}

function courseOf(
  points: readonly { readonly t: number; readonly value: number }[],
  { end, ms, steps }: Stretch,
): readonly (number | null)[] {
  const course = Array.from({ length: steps }, (): number | null => null);
  for (const { t, value } of points) {
    const at = steps - 1 - Math.floor(((end - t) / ms) * steps);
    if (at >= 0 && at < steps) course[at] = Math.max(course[at] ?? value, value);
  }
  return course;
}
