import { InconclusiveError } from "../errors.ts";
import type {
  ContainerRow,
  EventRow,
  GapRow,
  HeadRow,
  Row,
  SampleRow,
  TailRow,
} from "../record/schema.ts";

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

/** The record's last row; undefined where the record was cut off. */
export function tailOf(record: readonly Row[]): TailRow | undefined {
  const last = record.at(-1);
  return last?.type === "tail" ? last : undefined;
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
  const of = (service: string): Collected => {
    let rows = found.get(service);
    if (!rows)
      found.set(service, (rows = { container: undefined, samples: [], events: [], gaps: [] }));
    return rows;
  };
  for (const row of rows) {
    if (row.type === "sample") of(row.service).samples.push(row);
    else if (row.type === "event") of(row.service).events.push(row);
    else if (row.type === "gap") of(row.service).gaps.push(row);
    else if (row.type === "container") of(row.service).container ??= row;
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
