import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { AftershockError } from "../errors.ts";
import { readRecord } from "../record/reader.ts";
import type { Chart } from "../report/chart/model.ts";
import type { Drill } from "./load.ts";
import { sessionChart, type LiveRecord } from "./session-chart.ts";
import { placesOf, type Session } from "./session.ts";
import type { Moment } from "./timeline.ts";

/** A session's charts that show anything, and what could not be read of its records. */
export async function sessionCharts(
  { path, state }: Session,
  { definition }: Pick<Drill, "definition">,
  moments: readonly Moment[] = [],
): Promise<{ readonly charts: readonly Chart[]; readonly notes: readonly string[] }> {
  const { records, notes } = await liveRecords(placesOf(path).records);
  const charts = definition.charts
    .map((plot) => sessionChart(plot, state.startedAt, records, moments))
    .filter(({ lines }) => lines.some(({ t }) => t.length > 0));
  return { charts, notes };
}

/** The session's records in order; what can't be read is told and left out. */
async function liveRecords(folder: string) {
  const names = (await readdir(folder).catch(() => [])).filter((name) =>
    /^\d+\.ndjson$/.test(name),
  );
  const records: LiveRecord[] = [];
  const notes: string[] = [];
  for (const name of names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)))
    try {
      const { head, rows } = readRecord(join(folder, name));
      records.push({ startedAt: head.startedAt, rows });
    } catch (error) {
      if (!(error instanceof AftershockError)) throw error;
      notes.push(error.message);
    }
  return { records, notes };
}
