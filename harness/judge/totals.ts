import { SAMPLE_SOURCES, type Row, type SampleRow } from "../record/schema.ts";
import { watchOf } from "./watch.ts";
import { rowsByService, type ServiceRows } from "./rows.ts";
import { driveEnd } from "./time.ts";
import type { ArmVerdict } from "./verdict-types.ts";

/** Processor time of all containers, whole milliseconds, as far as samples tell; and how they were watched. */
export function totalsOf(record: readonly Row[]): Pick<ArmVerdict, "cpuMs" | "sampling"> {
  const services = [...rowsByService(record).values()].filter(({ samples }) => samples.length > 0);
  const cpuMs = services.reduce((sum, { samples }) => sum + spentBy(samples), 0);
  return { cpuMs: Math.round(cpuMs), sampling: samplingBy(services, driveEnd(record)) };
}

/** How the containers were watched, all together: of several sources the worst is told. */
export const samplingOf = (record: readonly Row[]): ArmVerdict["sampling"] =>
  totalsOf(record).sampling;

function samplingBy(services: readonly ServiceRows[], end: number): ArmVerdict["sampling"] {
  const watches = services.flatMap((rows) => watchOf(rows, end) ?? []);
  const perService = services.map(({ samples: rows }) => ({
    samples: rows.reduce((sum, { n }) => sum + n, 0),
    ms: rows.at(-1)!.until - rows[0]!.t,
  }));
  const samples = perService.reduce((sum, service) => sum + service.samples, 0);
  const periods = samples - perService.length;
  const ms = perService.reduce((sum, service) => sum + service.ms, 0);
  return {
    source:
      SAMPLE_SOURCES.findLast((name) => watches.some(({ source }) => source === name)) ?? "none",
    hz: ms >= 1 ? Math.round((10_000 * periods) / ms) / 10 : 0,
    samples,
    gaps: watches.reduce((sum, { gaps }) => sum + gaps.length, 0),
  };
}

/** A counter that falls belongs to the next container of that service. */
function spentBy(rows: readonly SampleRow[]): number {
  let before = 0;
  let last = 0;
  for (const { cpuMs } of rows) {
    if (cpuMs === null) continue;
    if (cpuMs < last) before += last;
    last = cpuMs;
  }
  return before + last;
}
