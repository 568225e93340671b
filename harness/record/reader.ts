import { readFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import { EnvironmentError } from "../errors.ts";
import { RECORD_SCHEMA, type HeadRow, type Row, type TailRow } from "./schema.ts";
import { rowFault } from "./valid.ts";

/** A record as it was read back. */
export interface RunRecord {
  readonly head: HeadRow;
  /** Every row, head and tail among them, in order of time. */
  readonly rows: readonly Row[];
  /** Null when the record was cut off: the process that wrote it did not live to close it. */
  readonly tail: TailRow | null;
  readonly cutOff: boolean;
}

/**
 * Reads a record from disk, packed by zstd or not. A cut last line is left out (the record then
 * counts as cut off); any other line that is not a valid row throws `EnvironmentError`, naming
 * file and line.
 */
export function readRecord(path: string): RunRecord {
  let text: string;
  try {
    const bytes = readFileSync(path);
    text = (path.endsWith(".zst") ? zstdDecompressSync(bytes) : bytes).toString("utf8");
  } catch (cause) {
    throw new EnvironmentError("RECORD_UNREADABLE", `The record ${path} cannot be read.`, {
      cause,
    });
  }
  return parseRecord(text, path);
}

/** The same from the record's text; `name` is what error messages call it. */
export function parseRecord(text: string, name: string): RunRecord {
  const lines = text.split("\n");
  // What follows the last newline is either nothing or a line that was cut.
  lines.pop();
  const rows = lines.map((line, index) => parseRow(line, `${name}:${index + 1}`));
  const [head] = rows;
  if (head?.type !== "head") {
    throw invalid(`${name}:1`, `the first line must be a head row of ${RECORD_SCHEMA}`);
  }
  const last = rows.at(-1);
  const tail = last?.type === "tail" ? last : null;
  return { head, rows: inOrder(rows), tail, cutOff: tail === null };
}

function parseRow(line: string, where: string): Row {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw invalid(where, "not JSON", cause);
  }
  const fault = rowFault(row);
  if (fault) throw invalid(where, fault);
  return row as Row;
}

/** By time; rows of the same time stay as written, the head first and the tail last. */
function inOrder(rows: Row[]): Row[] {
  const rank = (row: Row) => (row.type === "head" ? -1 : row.type === "tail" ? 1 : 0);
  return rows.sort((a, b) => rank(a) - rank(b) || a.t - b.t);
}

function invalid(where: string, what: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError("RECORD_INVALID", `${where}: ${what}.`, {
    hint: "A record is append-only; it may have been edited, or be of another version.",
    cause,
  });
}
