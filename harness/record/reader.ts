import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import { EnvironmentError } from "../errors.ts";
import { reasonOf } from "../files.ts";
import {
  excessOf,
  LONGEST_LINE,
  MOST,
  MOST_TOGETHER,
  NOTHING,
  sizeOf,
  sizeOfBoth,
  type Size,
} from "./limits.ts";
import { RECORD_SCHEMA, type HeadRow, type Row, type TailRow } from "./schema.ts";
import { recordFault } from "./valid-record.ts";
import { rowFault } from "./valid.ts";

/** A record as it was read back. */
export interface RunRecord {
  readonly head: HeadRow;
  /** Every row, head and tail among them, in order of time. */
  readonly rows: readonly Row[];
  /** Null when the record was cut off: the process that wrote it did not live to close it. */
  readonly tail: TailRow | null;
  readonly cutOff: boolean;
  /** What it takes of a reader's memory. */
  readonly size: Size;
}

/**
 * Reads a record from disk, packed by zstd or not. A cut last line is left out (the record then
 * counts as cut off). Throws `EnvironmentError` for a file that cannot be read (RECORD_UNREADABLE);
 * and for any other line that is not a valid row, or one too many, or rows that don't go together
 * (RECORD_INVALID), naming file and line. Whatever the file is, it neither waits nor takes more
 * memory than the largest record; `others` is the size of those that are held besides.
 */
export function readRecord(path: string, others = NOTHING): RunRecord {
  let bytes: Buffer;
  try {
    bytes = bytesOf(path);
  } catch (cause) {
    const message = `The record ${path} cannot be read: ${reasonOf(cause)}.`;
    throw new EnvironmentError("RECORD_UNREADABLE", message, { hint: UNREADABLE, cause });
  }
  if (path.endsWith(".zst")) bytes = unpacked(bytes, path);
  return parsed(bytes, path, others);
}

/** The same from the record's text; `name` is what error messages call it. */
export function parseRecord(text: string, name: string): RunRecord {
  return parsed(Buffer.from(text), name, NOTHING);
}

function parsed(bytes: Buffer, name: string, others: Size): RunRecord {
  const rows: Row[] = [];
  let size = NOTHING;
  let start = 0;
  // What follows the last newline is either nothing or a line that was cut.
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    const where = () => `${name}:${rows.length + 1}`;
    if (end - start > LONGEST_LINE) throw invalid(where(), "a line longer than any row");
    if (rows.at(-1)?.type === "tail") throw invalid(where(), "a row after the tail");
    const row = parseRow(bytes.toString("utf8", start, end), where);
    size = sizeOfBoth(size, sizeOf(row, end - start));
    const excess = excessOf(size) ?? excessTogether(size, others);
    if (excess) throw invalid(where(), excess);
    if (rows.length === 0 || row.type === "head") checkHead(row, rows.length, where);
    rows.push(row);
    start = end + 1;
  }
  const [head] = rows;
  if (head?.type !== "head") throw invalid(`${name}:1`, NO_HEAD);
  const last = rows.at(-1);
  const tail = last?.type === "tail" ? last : null;
  const fault = recordFault(rows);
  if (fault) throw invalid(`${name}:${fault.line}`, fault.what);
  return { head, rows: inOrder(rows), tail, cutOff: tail === null, size };
}

function excessTogether(size: Size, others: Size): string | undefined {
  const excess = excessOf(sizeOfBoth(others, size), MOST_TOGETHER);
  return excess && `${excess} in all records that are read together`;
}

const UNREADABLE =
  "A run writes it as a plain file: copy its folder whole, and be allowed to read it.";
const NO_HEAD = `the first line must be a head row of ${RECORD_SCHEMA}`;

function checkHead(row: Row, before: number, where: () => string): void {
  if (row.type !== "head") throw invalid(where(), NO_HEAD);
  if (before > 0) throw invalid(where(), "a second head");
}

/** A plain file's bytes. Opened so that a pipe or a device is refused instead of waited for. */
function bytesOf(path: string): Buffer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new Error("it is no plain file");
    if (stat.size > MOST.bytes) throw new Error(`it is larger than ${MOST.bytes / 1024 ** 2} MiB`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function unpacked(bytes: Buffer, path: string): Buffer {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MOST.bytes });
  } catch (cause) {
    throw invalid(path, `not packed by zstd, or larger than ${MOST.bytes / 1024 ** 2} MiB`, cause);
  }
}

function parseRow(line: string, where: () => string): Row {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw invalid(where(), "not JSON", cause);
  }
  const fault = rowFault(row);
  if (fault) throw invalid(where(), fault);
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
