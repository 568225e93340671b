import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import { EnvironmentError } from "../errors.ts";
import { LONGEST_LINE, MOST_BYTES, tallyUpTo } from "./limits.ts";
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
 * counts as cut off). Throws `EnvironmentError` for a file that cannot be read (RECORD_UNREADABLE);
 * and for any other line that is not a valid row, or one too many (RECORD_INVALID), naming file
 * and line. Whatever the file is, it neither waits nor takes more memory than the largest record.
 */
export function readRecord(path: string): RunRecord {
  let bytes: Buffer;
  try {
    bytes = bytesOf(path);
  } catch (cause) {
    throw new EnvironmentError("RECORD_UNREADABLE", `The record ${path} cannot be read.`, {
      hint: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
  if (path.endsWith(".zst")) bytes = unpacked(bytes, path);
  return parsed(bytes, path);
}

/** The same from the record's text; `name` is what error messages call it. */
export function parseRecord(text: string, name: string): RunRecord {
  return parsed(Buffer.from(text), name);
}

function parsed(bytes: Buffer, name: string): RunRecord {
  const rows: Row[] = [];
  const tally = tallyUpTo();
  let start = 0;
  // What follows the last newline is either nothing or a line that was cut.
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    const where = () => `${name}:${rows.length + 1}`;
    if (end - start > LONGEST_LINE) throw invalid(where(), "a line longer than any row");
    if (rows.at(-1)?.type === "tail") throw invalid(where(), "a row after the tail");
    const row = parseRow(bytes.toString("utf8", start, end), where);
    const excess = tally(row, end - start);
    if (excess) throw invalid(where(), excess);
    if (rows.length === 0 || row.type === "head") checkHead(row, rows.length, where);
    rows.push(row);
    start = end + 1;
  }
  const [head] = rows;
  if (head?.type !== "head") throw invalid(`${name}:1`, NO_HEAD);
  const last = rows.at(-1);
  const tail = last?.type === "tail" ? last : null;
  if (tail) checkTimes(rows, tail, name);
  return { head, rows: inOrder(rows), tail, cutOff: tail === null };
}

const NO_HEAD = `the first line must be a head row of ${RECORD_SCHEMA}`;

function checkHead(row: Row, before: number, where: () => string): void {
  if (row.type !== "head") throw invalid(where(), NO_HEAD);
  if (before > 0) throw invalid(where(), "a second head");
}

/** Nothing happens after the tail; clocks of two processes may differ by a little. */
function checkTimes(rows: readonly Row[], tail: TailRow, name: string): void {
  const late = rows.findIndex(
    (row) => Math.max(row.t, "until" in row ? row.until : 0) > tail.t + 1000,
  );
  if (late < 0) return;
  throw invalid(`${name}:${late + 1}`, `t cannot be ${rows[late]!.t}, after the tail's ${tail.t}`);
}

/** A plain file's bytes. Opened so that a pipe or a device is refused instead of waited for. */
function bytesOf(path: string): Buffer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new Error("It is no plain file.");
    if (stat.size > MOST_BYTES) throw new Error(`It is larger than ${MOST_BYTES / 1024 ** 2} MiB.`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function unpacked(bytes: Buffer, path: string): Buffer {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    throw invalid(path, `not packed by zstd, or larger than ${MOST_BYTES / 1024 ** 2} MiB`, cause);
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
