import { InconclusiveError } from "../errors.ts";
import type { ContainerRow, EventRow, GapRow, HeadRow, Row, SampleRow } from "../record/schema.ts";

/** All that a record tells of one service's container, each list in order of time. */
export interface ServiceRows {
  readonly container: ContainerRow | undefined;
  readonly samples: readonly SampleRow[];
  readonly events: readonly EventRow[];
  readonly gaps: readonly GapRow[];
}

/** The record's first row. Throws InconclusiveError where that is no head. */
export function headOf(record: readonly Row[]): HeadRow {
  const [first] = record;
  if (first?.type === "head") return first;
  throw new InconclusiveError("NOT_IN_RECORD", "The record holds no first line.");
}

/** The rows of one type. */
export function only<T extends Row["type"]>(
  rows: readonly Row[],
  type: T,
): readonly Extract<Row, { type: T }>[] {
  return rows.filter((row): row is Extract<Row, { type: T }> => row.type === type);
}

/** What the record tells of each service, in order of first sight. One pass: a record is long. */
export function rowsByService(rows: readonly Row[]): ReadonlyMap<string, ServiceRows> {
  const found = new Map<string, Collected>();
  for (const row of rows) {
    if (!("service" in row) || row.service === undefined) continue;
    let of = found.get(row.service);
    if (!of)
      found.set(row.service, (of = { container: undefined, samples: [], events: [], gaps: [] }));
    if (row.type === "sample") of.samples.push(row);
    else if (row.type === "event") of.events.push(row);
    else if (row.type === "gap") of.gaps.push(row);
    else if (row.type === "container") of.container ??= row;
  }
  for (const { samples } of found.values()) samples.sort((a, b) => a.t - b.t);
  return found;
}

interface Collected {
  container: ContainerRow | undefined;
  readonly samples: SampleRow[];
  readonly events: EventRow[];
  readonly gaps: GapRow[];
}
