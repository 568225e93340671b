import { InconclusiveError } from "../errors.ts";
import type { ContainerRow, HeadRow, Row, SampleRow, SampleValues } from "../record/schema.ts";
import { inside, readings, watchOf } from "./coverage.ts";
import { maximum } from "./statistics.ts";
import { driveEnd, inWrittenOrder } from "./time.ts";
import type { Evidence, Series, Watch, Window } from "./types.ts";

/**
 * A record as claims see it. Rows must be in order of time, the head first.
 * Throws InconclusiveError without a head, and whenever it is asked for what it does not hold.
 */
export function evidenceOf(record: readonly Row[]): Evidence {
  const head = headOf(record);
  const end = driveEnd(record);
  const rows = inWrittenOrder(record);
  const phases = phaseWindows(rows, end);
  const whole: Window = { from: 0, to: end };
  return {
    head,
    whole: () => whole,
    hasPhase: (name) => phases.has(name),
    phase: (name) => phases.get(name) ?? fail(`no phase "${name}"`),
    ...measured(record, rows, whole),
    ...observed(rows, whole),
    ...happened(rows, whole),
  };
}

/** What the samplers saw, and of which containers. */
function measured(
  record: readonly Row[],
  rows: readonly Row[],
  whole: Window,
): Pick<Evidence, "series" | "services" | "peak" | "limit"> {
  const samples = samplesByService(rows);
  const containers = new Map(only(rows, "container").map((row) => [row.service, row]));
  const watches = new Map<string, Watch | undefined>();

  const watch = (service: string): Watch | undefined => {
    if (!watches.has(service)) watches.set(service, watchOf(record, service, whole.to));
    return watches.get(service);
  };
  const sampled = (service: string, metric: keyof SampleValues): Series => {
    const how = watch(service);
    return {
      name: `${service} ${metric}`,
      ...points(samples.get(service) ?? [], metric),
      ...(how && { watch: how }),
    };
  };

  return {
    series(service, metric, during = whole) {
      const all = sampled(service, metric);
      readings(all, during);
      return cut(all, during);
    },
    services: () => [...samples.keys()],
    peak: (service, during = whole) =>
      peakIn(sampled(service, "current"), sampled(service, "peak"), during),
    limit: (service) => limitOf(containers.get(service), service),
  };
}

/** What the drive and the scenario's own processes told. */
function observed(
  rows: readonly Row[],
  whole: Window,
): Pick<Evidence, "observations" | "observed" | "number" | "observedSeries"> {
  function observations(name: string) {
    const found = only(rows, "observation").filter((row) => row.name === name);
    if (found.length === 0) throw missing(`no observation "${name}"`);
    return found.map(({ t, value }) => ({ t, value }));
  }
  return {
    observations,
    observed: (name) => observations(name).at(-1)!.value,
    number: (name) => numeric(name, observations(name).at(-1)!.value),
    observedSeries(name, during = whole) {
      const found = observations(name);
      const all = {
        name,
        t: found.map(({ t }) => t),
        v: found.map(({ value }) => numeric(name, value)),
      };
      return some(cut(all, during), `no observation "${name}" in that window`);
    },
  };
}

/** What the engine told of containers, and what load was applied. */
function happened(rows: readonly Row[], whole: Window): Pick<Evidence, "events" | "load"> {
  const seen = new Set(rows.flatMap((row) => ("service" in row ? [row.service] : [])));
  return {
    events(service, action, during = whole) {
      if (!seen.has(service)) throw missing(`no service "${service}"`);
      return only(rows, "event").filter(
        (row) =>
          row.service === service &&
          (action === undefined || row.action === action) &&
          inside(during, row.t),
      );
    },
    load: (name, during = whole) =>
      only(rows, "load")
        .filter((row) => row.name === name && inside(during, row.t))
        .reduce((sum, { count }) => sum + count, 0),
  };
}

/** The record's first row. Throws InconclusiveError where that is no head. */
export function headOf(record: readonly Row[]): HeadRow {
  const [first] = record;
  return first?.type === "head" ? first : fail("no first line");
}

/** The rows of one type. */
export function only<T extends Row["type"]>(
  rows: readonly Row[],
  type: T,
): readonly Extract<Row, { type: T }>[] {
  return rows.filter((row): row is Extract<Row, { type: T }> => row.type === type);
}

function samplesByService(rows: readonly Row[]): ReadonlyMap<string, readonly SampleRow[]> {
  return Map.groupBy(
    only(rows, "sample").toSorted((a, b) => a.t - b.t),
    ({ service }) => service,
  );
}

/** Each sample one point: of a run of `n`, evenly spaced from its first to its last moment. */
function points(rows: readonly SampleRow[], metric: keyof SampleValues) {
  const t: number[] = [];
  const v: number[] = [];
  for (const row of rows) {
    const value = row[metric];
    if (value === null || value === undefined) continue;
    const step = row.n > 1 ? (row.until - row.t) / (row.n - 1) : 0;
    for (let i = 0; i < row.n; i += 1) {
      t.push(row.t + i * step);
      v.push(value);
    }
  }
  return { t, v };
}

function cut(series: Series, during: Window): Series {
  const within = series.t.map((t) => inside(during, t));
  return {
    ...series,
    t: series.t.filter((_, i) => within[i]),
    v: series.v.filter((_, i) => within[i]),
  };
}

/** The last of each name wins, as `Evidence.phase` promises. */
function phaseWindows(rows: readonly Row[], end: number): ReadonlyMap<string, Window> {
  const marks = only(rows, "phase");
  return new Map(
    marks.map(({ name, t }, i) => [name, { from: t, to: marks[i + 1]?.t ?? end }] as const),
  );
}

/** A reading this near to a window's end stands for the end, milliseconds. */
const NEAR = 200;

/**
 * The kernel's counter only ever rises. Where it did in the window and was read near its end, it
 * tells of the window, and no sampler that came late can have missed anything.
 */
function peakIn(current: Series, counter: Series, during: Window): number {
  const before = counter.v[counter.t.findLastIndex((t) => t < during.from)] ?? 0;
  const risen = counter.v.filter((v, i) => inside(during, counter.t[i]!) && v > before);
  const read = counter.t.findLast((t) => inside(during, t)) ?? Number.NEGATIVE_INFINITY;
  if (risen.length > 0 && during.to - read <= NEAR) return maximum(risen);
  return maximum([...readings(current, during), ...risen]);
}

function limitOf(container: ContainerRow | undefined, service: string): number | null {
  return container ? container.limits.memory : fail(`no service "${service}"`);
}

function numeric(name: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw new InconclusiveError(
    "NOT_A_NUMBER",
    `The observation "${name}" is no number but ${JSON.stringify(value)}.`,
  );
}

function some(series: Series, what: string): Series {
  return series.t.length > 0 ? series : fail(what);
}

function fail(what: string): never {
  throw missing(what);
}

function missing(what: string): InconclusiveError {
  return new InconclusiveError("NOT_IN_RECORD", `The record holds ${what}.`);
}
