import type { Row } from "../record/schema.ts";
import { once } from "./once.ts";

/** The rows of one record, in order of time. */
export type Rows = readonly Row[];

/** The record of one run of one arm, if it is among them. */
export function recordOf(
  records: readonly Rows[],
  scenario: string,
  arm: string,
  repeat: number,
): Rows | undefined {
  return byRun(records).get(runKey(scenario, arm, repeat));
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
  const plain = `record/${runKey(scenario, arm, repeat)}.ndjson`;
  return [plain, `${plain}.zst`].find((file) => namesOf(files).has(file));
}

/** Rows of one type, in order of time. */
export function rowsOf<T extends Row["type"]>(
  rows: Rows,
  type: T,
): readonly Extract<Row, { type: T }>[] {
  return rows.filter((row): row is Extract<Row, { type: T }> => row.type === type);
}

/** The records by what they are of; of several of one run the first. */
const byRun = once(
  (records: readonly Rows[]): ReadonlyMap<string, Rows> =>
    new Map(
      records.toReversed().flatMap((rows): [string, Rows][] => {
        const [head] = rows;
        if (head?.type !== "head") return [];
        return [[runKey(head.scenario, head.arm, head.repeat), rows]];
      }),
    ),
);

const namesOf = once((files: readonly string[]): ReadonlySet<string> => new Set(files));

const runKey = (scenario: string, arm: string, repeat: number) => `${scenario}.${arm}.${repeat}`;
