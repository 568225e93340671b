import { evidenceOf } from "../../harness/judge/evidence.ts";
import { only } from "../../harness/judge/rows.ts";
import type { Window } from "../../harness/judge/types.ts";
import { inside } from "../../harness/judge/window.ts";
import type { Json, Row, SampleRow, SampleValues } from "../../harness/record/schema.ts";
import type { Rows } from "./tampered.ts";

/*
 * What a record would hold, had one thing been otherwise from one of its phases to another.
 */

export type Change = (rows: Rows) => Rows;
type Metric = keyof SampleValues;

/** Several changes, one after the other. */
export const all =
  (...changes: readonly Change[]): Change =>
  (rows) =>
    changes.reduce((changed, change) => change(changed), rows);

/** From the beginning of one phase to that of another, or to the very end. */
export function span(rows: Rows, from: string, to?: string): Window {
  const begin = (name: string) => only(rows, "phase").findLast((mark) => mark.name === name)!.t;
  return { from: begin(from), to: to === undefined ? Infinity : begin(to) };
}

export const always: Window = { from: 0, to: Infinity };

/** A service's samples of that time tell something else. */
export function sampled(
  rows: Rows,
  service: string,
  during: Window,
  change: (row: SampleRow) => Partial<SampleValues>,
): Rows {
  return rows.flatMap((row) => {
    if (row.type !== "sample" || row.service !== service) return [row];
    const parts = cutAt(row, during.from).flatMap((part) => cutAt(part, during.to));
    return parts.map((part) => (inside(during, part.t) ? { ...part, ...change(part) } : part));
  });
}

/** A number of a service is so much higher in that time; where nobody looked, nobody did. */
export const moreIn = (
  rows: Rows,
  service: string,
  during: Window,
  metric: Metric,
  by: number,
): Rows =>
  sampled(rows, service, during, ({ [metric]: value }) => ({
    [metric]: typeof value === "number" ? value + by : value,
  }));

/** The same from one phase to another. */
export const more =
  (service: string, metric: Metric, by: number, from: string, to?: string): Change =>
  (rows) =>
    moreIn(rows, service, span(rows, from, to), metric, by);

/** Of what a number is above its lowest of that time, only a share is there. */
export const scaled =
  (service: string, metric: Metric, share: number, from: string, to?: string): Change =>
  (rows) => {
    const during = span(rows, from, to);
    const lowest = evidenceOf(rows).lowest(service, metric, during);
    return sampled(rows, service, during, ({ [metric]: value }) => ({
      [metric]: typeof value === "number" ? lowest + Math.round(share * (value - lowest)) : value,
    }));
  };

/** What was told under a name in that time is told as something else. */
export function told(
  rows: Rows,
  name: string,
  during: Window,
  change: (value: Json, t: number) => Json,
): Rows {
  return rows.map((row) =>
    row.type === "observation" && row.name === name && inside(during, row.t)
      ? { ...row, value: change(row.value, row.t) }
      : row,
  );
}

/** Of what was counted under a name since a phase began, the first is missing. */
export const oneLess =
  (load: string, phase: string): Change =>
  (rows) => {
    const since = span(rows, phase);
    const isOne = (row: Row) => row.type === "load" && row.name === load && inside(since, row.t);
    return rows.toSpliced(rows.findIndex(isOne), 1);
  };

/** The kernel kills nothing in a service's container: neither its count nor the engine tells of it. */
export function spared(rows: Rows, service: string, during: Window): Rows {
  const isKill = (row: Row) =>
    row.type === "event" &&
    row.service === service &&
    row.action === "oom" &&
    inside(during, row.t);
  const told = rows.filter((row) => !isKill(row));
  return sampled(told, service, during, () => ({ oomKills: 0 }));
}

/** The kernel's counter of the highest memory follows what samples were made to tell. */
export function withPeaks(rows: Rows): Rows {
  const highest = new Map<string, { readonly told: number; readonly peak: number }>();
  return rows.map((row) => {
    if (row.type !== "sample") return row;
    const before = highest.get(row.service) ?? { told: 0, peak: 0 };
    const told = row.peak ?? before.told;
    // A counter that fell is that of the container's next life.
    const peak = Math.max(told < before.told ? 0 : before.peak, told, row.current ?? 0);
    highest.set(row.service, { told, peak });
    return { ...row, peak };
  });
}

/** A run of equal samples, as two where a moment comes between them. */
function cutAt(row: SampleRow, moment: number): readonly SampleRow[] {
  if (row.t >= moment || row.until < moment) return [row];
  const step = (row.until - row.t) / (row.n - 1);
  const before = Math.min(Math.ceil((moment - row.t) / step), row.n - 1);
  const next = row.t + before * step;
  return [
    { ...row, until: next - step, n: before },
    { ...row, t: next, n: row.n - before },
  ];
}
