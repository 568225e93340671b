import type { Json, Row } from "./schema.ts";

/*
 * How large a record may be: more than hours of a dozen containers, and less than what would take
 * a reader's memory. The writer keeps to it, and the reader refuses what is beyond.
 */

const MiB = 1024 ** 2;

/** What rows come to. */
export interface Size {
  readonly rows: number;
  /** Of their lines. */
  readonly bytes: number;
  /** Of all services, those counted that a row tells of together. */
  readonly samples: number;
  /** Bytes of what is more than plain numbers, and of what a reader's memory needs for it besides. */
  readonly words: number;
}

/** Bytes of one line. */
export const LONGEST_LINE = MiB;
/** What a record may hold, unpacked. */
export const MOST: Size = {
  rows: 2_000_000,
  bytes: 512 * MiB,
  samples: 5_000_000,
  words: 64 * MiB,
};
/** What all records of a run may hold that are read together: more than 1000 arms of a minute or two. */
export const MOST_TOGETHER: Size = {
  rows: 4_000_000,
  bytes: 1024 * MiB,
  samples: 10_000_000,
  words: 192 * MiB,
};
export const NOTHING: Size = { rows: 0, bytes: 0, samples: 0, words: 0 };

/** The size of one row, whose line has so many bytes. */
export function sizeOf(row: Row, bytes: number): Size {
  return { rows: 1, bytes, samples: row.type === "sample" ? row.n : 0, words: wordsOf(row, bytes) };
}

export function sizeOfBoth(a: Size, b: Size): Size {
  return {
    rows: a.rows + b.rows,
    bytes: a.bytes + b.bytes,
    samples: a.samples + b.samples,
    words: a.words + b.words,
  };
}

/** Which limit it is beyond, as "more than 2000000 rows"; undefined where it is within a share of all. */
export function excessOf(size: Size, most = MOST, share = 1): string | undefined {
  if (size.rows > share * most.rows) return `more than ${most.rows} rows`;
  if (size.bytes > share * most.bytes) return `more than ${inMiB(most.bytes)}`;
  if (size.samples > share * most.samples) return `more than ${most.samples} samples`;
  if (size.words > share * most.words)
    return `more than ${inMiB(most.words)} of names and observations`;
  return undefined;
}

/** Bytes of the longest row of a name and numbers: a sample with all its numbers. */
const LONGEST_PLAIN = 512;

/** What a list or an object takes of memory, however little it holds. */
const FRAME = 64;

/** Of what holds but a name and numbers, only what makes it longer than any that the lab writes. */
function wordsOf(row: Row, bytes: number): number {
  if (row.type === "observation") return bytes + FRAME * framesIn(row.value);
  if (row.type === "head" || row.type === "container") return bytes;
  return Math.max(0, bytes - LONGEST_PLAIN);
}

/** How many lists and objects a value is made of. */
function framesIn(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + framesIn(part), 1);
}

const inMiB = (bytes: number) => `${bytes / MiB} MiB`;
