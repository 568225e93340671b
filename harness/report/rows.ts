import type { HeadRow, Row } from "../record/schema.ts";

/** The rows of one record, in order of time. */
export type Rows = readonly Row[];

/** The record of one run of one arm, if it is among them. */
export function recordOf(
  records: readonly Rows[],
  scenario: string,
  arm: string,
  repeat: number,
): Rows | undefined {
  return records.find((rows) => {
    const head = headOf(rows);
    return head?.scenario === scenario && head.arm === arm && head.repeat === repeat;
  });
}

/**
 * Where the record of one run of one arm lies, relative to its run folder: packed or not,
 * whichever is among `files`. Undefined if neither is.
 */
export function recordFile(
  files: readonly string[],
  scenario: string,
  arm: string,
  repeat: number,
): string | undefined {
  const plain = `record/${scenario}.${arm}.${repeat}.ndjson`;
  return [plain, `${plain}.zst`].find((file) => files.includes(file));
}

/** Rows of one type, in order of time. */
export function rowsOf<T extends Row["type"]>(
  rows: Rows,
  type: T,
): readonly Extract<Row, { type: T }>[] {
  return rows.filter((row): row is Extract<Row, { type: T }> => row.type === type);
}

function headOf([first]: Rows): HeadRow | undefined {
  return first?.type === "head" ? first : undefined;
}
