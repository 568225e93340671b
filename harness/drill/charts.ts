import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isUnit } from "../judge/units.ts";
import { readRecord } from "../record/reader.ts";
import type { DrillDefinition } from "./definition.ts";
import { placesOf } from "./session.ts";

/** What may be watched, as it was in the last while. */
export interface WatchedChart {
  readonly title: string;
  readonly unit: "B" | "1";
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
  return charts.map(({ title, service, metric, unit }) => {
    const points = rows.flatMap((row) => {
      const value = row.type === "sample" && row.service === service ? row[metric] : null;
      return row.type === "sample" && value !== null ? [{ t: row.until, value }] : [];
    });
    const values = points.map(({ value }) => value);
    return {
      title,
      unit: unitOf(metric, unit),
      latest: values.at(-1) ?? null,
      highest: values.length > 0 ? values.reduce((a, b) => Math.max(a, b)) : null,
      course: courseOf(points, { end, ms, steps }),
      ms,
    };
  });
}

function unitOf(metric: string, unit: string | undefined): "B" | "1" {
  if (unit !== undefined && isUnit(unit)) return unit === "B" ? "B" : "1";
  return ["anon", "workingSet", "current", "rx"].includes(metric) ? "B" : "1";
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
