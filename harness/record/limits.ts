import type { Row } from "./schema.ts";

/*
 * How large a record may be: more than hours of a dozen containers, and less than what would take
 * a reader's memory. The writer keeps to it, and the reader refuses what is beyond.
 */

const MiB = 1024 ** 2;

/** Bytes of a whole record, unpacked. */
export const MOST_BYTES = 512 * MiB;
/** Bytes of one line. */
export const LONGEST_LINE = MiB;
const MOST_ROWS = 2_000_000;
/** Samples of all services, those counted that a row tells of together. */
const MOST_SAMPLES = 5_000_000;
/** Bytes of the rows that hold more than plain numbers: in memory they are many times as large. */
const MOST_WORDS = 64 * MiB;

/** Adds up rows; tells by which limit a further one is too much, or undefined. */
export type Tally = (row: Row, bytes: number) => string | undefined;

/** A tally of one record, up to a share of each limit. */
export function tallyUpTo(share = 1): Tally {
  let [rows, bytes, samples, words] = [0, 0, 0, 0];
  return (row, size) => {
    rows += 1;
    bytes += size;
    if (row.type === "sample") samples += row.n;
    else if (row.type === "observation" || row.type === "head" || row.type === "container") {
      words += size;
    }
    if (rows > share * MOST_ROWS) return `more than ${MOST_ROWS} rows`;
    if (bytes > share * MOST_BYTES) return `more than ${MOST_BYTES / MiB} MiB`;
    if (samples > share * MOST_SAMPLES) return `more than ${MOST_SAMPLES} samples`;
    if (words > share * MOST_WORDS) return `more than ${MOST_WORDS / MiB} MiB of observations`;
    return undefined;
  };
}
