import type { Row, SampleRow } from "../record/schema.ts";

/**
 * A record as it stood at a moment: all that had happened before, and nothing of later. The same for
 * a record on disk, where idle samples are one row, and for rows as they came, one by one.
 */
export function soFar(record: readonly Row[], until: number): readonly Row[] {
  return record.flatMap((row): readonly Row[] => {
    if (row.type === "head") return [row];
    if (row.type === "tail" || row.t >= until) return [];
    if (row.type === "sample") return [shortened(row, until)];
    // What took a while is told when it is over.
    if (row.type === "stall" || row.type === "gap") return row.until < until ? [row] : [];
    return [row];
  });
}

/** The samples of a run of identical ones that were taken before. */
function shortened(row: SampleRow, until: number): SampleRow {
  if (row.until < until) return row;
  const step = (row.until - row.t) / (row.n - 1);
  const n = Math.ceil((until - row.t) / step);
  return { ...row, n, until: row.t + (n - 1) * step };
}

/**
 * Until when a record that still grows is known: samples are told a little after they were taken,
 * so the service that is furthest behind decides. What has ended is not waited for.
 */
export function knownUntil(record: readonly Row[]): number {
  const newest = new Map<string, number>();
  for (const row of record) {
    if (row.type === "container") newest.set(row.service, row.t);
    else if (row.type === "sample") newest.set(row.service, row.until);
    else if (row.type === "event" && row.action === "die") newest.delete(row.service);
  }
  return newest.size > 0 ? Math.min(...newest.values()) : 0;
}
