import { driveEnd } from "../../judge/time.ts";
import { METRICS } from "../../record/metrics.ts";
import type { GapRow, PhaseRow, Row, SampleRow, SampleValues } from "../../record/schema.ts";
import type { Plot } from "../../scenario/types.ts";
import { rowsOf, type Rows } from "../rows.ts";
import { markKind, type Mark, type PhaseSpan } from "./model.ts";

/** What one record has to say about one plot. */
export interface Trace {
  readonly t: readonly number[];
  readonly v: readonly number[];
  readonly phases: readonly PhaseSpan[];
  readonly marks: readonly Mark[];
  readonly limit: number | null;
}

/**
 * The series, phases, events and limit that a plot shows of a record: from the moment the system
 * was healthy, which is 0, to the drive's end. How long an arm took to come up says more about
 * the machine than about the incident. Undefined for an arm that was never healthy.
 */
export function traceOf(record: Rows, plot: Plot): Trace | undefined {
  const origin = originOf(record);
  if (origin === undefined) return undefined;
  const seen = shifted(record, origin, driveEnd(record));
  const services = plot.service === undefined ? [] : servicesOf(seen, plot.service);
  return {
    ...(plot.observed === undefined
      ? sampled(seen, services, plot.metric ?? "anon")
      : observed(seen, plot.observed)),
    phases: phasesOf(record, origin),
    marks: marksOf(seen, services),
    limit: limitOf(record, services, plot.metric),
  };
}

/** When the first phase began, milliseconds of the record: where charts have their 0. */
export function originOf(record: Rows): number | undefined {
  return record.find(({ type }) => type === "phase")?.t;
}

/** The rows of a stretch of time, on a clock that begins with it. */
function shifted(record: Rows, from: number, to: number): Rows {
  return record.flatMap((row): Rows => {
    if (row.t > to || row.type === "head" || row.type === "tail") return [];
    const t = Math.max(0, row.t - from);
    if (!("until" in row)) return row.t < from ? [] : [{ ...row, t }];
    return row.until < from ? [] : [{ ...row, t, until: Math.min(row.until, to) - from }];
  });
}

/** The unit of a plot's values: the scenario's own word, the metric's, or a bare count. */
export function unitOf(plot: Plot): string {
  if (plot.unit !== undefined) return plot.unit;
  return plot.metric === undefined ? "1" : METRICS[plot.metric].unit;
}

/** The phases, each ending where the next begins or the drive ends. */
function phasesOf(record: Rows, origin: number): readonly PhaseSpan[] {
  const marks: readonly PhaseRow[] = rowsOf(record, "phase");
  const end = driveEnd(record);
  return marks.map(({ name, t }, index) => ({
    name,
    from: t - origin,
    to: (marks[index + 1]?.t ?? end) - origin,
  }));
}

/** The service itself, or its replicas "name-1", "name-2", ... */
function servicesOf(record: Rows, service: string): readonly string[] {
  const seen = new Set(rowsOf(record, "sample").map((row) => row.service));
  if (seen.has(service)) return [service];
  return [...seen].filter((name) => name.startsWith(`${service}-`) && /-\d+$/.test(name));
}

type Points = Pick<Trace, "t" | "v">;

function sampled(record: Rows, services: readonly string[], metric: keyof SampleValues): Points {
  const own = Map.groupBy(record.filter(isSeen), ({ service }) => service);
  const each = services.map((service) => pointsOf(own.get(service) ?? [], metric));
  return each.length === 1 && each[0] !== undefined ? each[0] : sum(each);
}

const isSeen = (row: Row): row is SampleRow | GapRow => row.type === "sample" || row.type === "gap";

/** Every sample of a service; a run of identical ones gives its first and its last point. */
function pointsOf(own: readonly (SampleRow | GapRow)[], metric: keyof SampleValues): Points {
  const t: number[] = [];
  const v: number[] = [];
  const add = (at: number, value: number) => void (t.push(at), v.push(value));
  for (const row of own) {
    if (row.type === "gap") {
      add(row.t, Number.NaN);
      continue;
    }
    const value: SampleRow[typeof metric] = row[metric];
    if (value === null || value === undefined) continue;
    add(row.t, value);
    if (row.until > row.t) add(row.until, value);
  }
  return { t, v };
}

/** The sum of several series, each holding its last value until its next; none while one has a gap. */
function sum(each: readonly Points[]): Points {
  const steps = each
    .flatMap(({ t, v }, which) =>
      t.map((at, index) => ({ at, which, value: v[index] ?? Number.NaN })),
    )
    .sort((a, b) => a.at - b.at || a.which - b.which);
  const latest = new Map<number, number>();
  const t: number[] = [];
  const v: number[] = [];
  let total = 0;
  let unseen = 0;
  const count = (value: number, by: 1 | -1) => {
    if (Number.isNaN(value)) unseen += by;
    else total += by * value;
  };
  for (const { at, which, value } of steps) {
    count(latest.get(which) ?? 0, -1);
    count(value, 1);
    latest.set(which, value);
    t.push(at);
    v.push(unseen > 0 ? Number.NaN : total);
  }
  return { t, v };
}

function observed(record: Rows, name: string): Points {
  const points = rowsOf(record, "observation").flatMap((row) =>
    row.name === name && typeof row.value === "number" ? [{ t: row.t, v: row.value }] : [],
  );
  return { t: points.map((point) => point.t), v: points.map((point) => point.v) };
}

function marksOf(record: Rows, services: readonly string[]): readonly Mark[] {
  const shown = new Set(services);
  return rowsOf(record, "event").flatMap(({ t, action, service }) => {
    const kind = markKind(action);
    return kind !== undefined && shown.has(service) ? [{ t, kind }] : [];
  });
}

/** Only one container's limit is a line worth drawing: replicas have one each. */
function limitOf(record: Rows, services: readonly string[], metric: Plot["metric"]): number | null {
  const which = metric && METRICS[metric].limit;
  if (services.length !== 1 || which === undefined) return null;
  const limits = rowsOf(record, "container").find((row) => row.service === services[0])?.limits;
  return limits?.[which] ?? null;
}
