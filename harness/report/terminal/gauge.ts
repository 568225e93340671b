import type { SampleRow } from "../../record/schema.ts";
import { formatBytes } from "../format.ts";
import type { ArmRun } from "../reporter.ts";
import { sparkline } from "./sparkline.ts";
import { cut } from "./text.ts";
import { runName } from "./words.ts";

/** What the live view knows of a running arm. */
export interface Gauge {
  readonly run: ArmRun;
  /** When it started, by the view's clock, milliseconds. */
  readonly since: number;
  phase: string;
  /** Memory limits by service, bytes. */
  readonly limits: Map<string, number | null>;
  /** The samples of the last minute, by service. */
  readonly samples: Map<string, SampleRow[]>;
}

const KEPT_MS = 60_000;

export function newGauge(run: ArmRun, since: number): Gauge {
  return { run, since, phase: "starting", limits: new Map(), samples: new Map() };
}

/** Takes one sample in. */
export function observe(gauge: Gauge, service: string, row: SampleRow): void {
  const rows = gauge.samples.get(service) ?? [];
  gauge.samples.set(service, rows);
  rows.push(row);
  while ((rows[0]?.until ?? row.t) < row.until - KEPT_MS) rows.shift();
}

/** Two lines: what it is and does; the memory and processes of its fullest service. */
export function armBlock(gauge: Gauge, now: number, width: number): readonly [string, string] {
  const seconds = ((now - gauge.since) / 1000).toFixed(0).padStart(4);
  const first = `${seconds} s  ${runName(gauge.run)}  ${gauge.phase}`;
  const service = fullest(gauge);
  const second = service === undefined ? "" : `${" ".repeat(8)}${readings(gauge, service, width)}`;
  return [cut(first, width), cut(second, width)];
}

function readings({ samples, limits }: Gauge, service: string, width: number): string {
  const rows = samples.get(service) ?? [];
  const limit = limits.get(service) ?? undefined;
  const room = Math.max(6, Math.min(24, Math.floor((width - 56) / 2)));
  const last = rows.at(-1);
  const used = formatBytes(last === undefined ? 0 : memoryOf(last));
  return [
    cut(service, 10).padEnd(10),
    sparkline(inBins(rows, room, memoryOf), limit),
    (limit === undefined ? used : `${used} of ${formatBytes(limit)}`).padEnd(18),
    sparkline(inBins(rows, room, processesOf)),
    `${last === undefined ? 0 : processesOf(last)} processes`,
  ].join(" ");
}

/** The highest value in each of `count` equal stretches of time; a value holds until the next. */
function inBins(
  rows: readonly SampleRow[],
  count: number,
  valueOf: (row: SampleRow) => number,
): readonly number[] {
  const from = rows[0]?.t ?? 0;
  const span = Math.max(1, (rows.at(-1)?.until ?? 0) - from);
  const bin = (t: number) => Math.min(count - 1, Math.floor(((t - from) / span) * count));
  const bins: number[] = Array.from({ length: count }, () => 0);
  for (const [at, row] of rows.entries()) {
    const next = rows[at + 1];
    const last = Math.max(bin(row.until), next === undefined ? 0 : bin(next.t) - 1);
    for (let index = bin(row.t); index <= last; index += 1) {
      bins[index] = Math.max(bins[index] ?? 0, valueOf(row));
    }
  }
  return bins;
}

/** The service nearest to its limit; one without a limit only where none has one. */
function fullest({ samples, limits }: Gauge): string | undefined {
  const shares = [...samples].map(([service, rows]) => {
    const last = rows.at(-1);
    const limit = limits.get(service) ?? Number.POSITIVE_INFINITY;
    return { service, share: last === undefined ? 0 : memoryOf(last) / limit };
  });
  return shares.sort((a, b) => b.share - a.share)[0]?.service;
}

const memoryOf = (row: SampleRow) => row.workingSet ?? row.current ?? row.anon ?? 0;
const processesOf = (row: SampleRow) => row.processes ?? row.pids ?? 0;
