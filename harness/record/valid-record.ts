import type { Row } from "./schema.ts";

/** What is wrong with a record, and in which of its lines. */
interface Fault {
  readonly line: number;
  readonly what: string;
}

/**
 * What is wrong with rows that are valid each by itself, in the order in which they were written;
 * undefined where nothing is. Lines that were lost, or stand there twice, leave no trace but the
 * tail's count of them.
 */
export function recordFault(rows: readonly Row[]): Fault | undefined {
  return secondEnd(rows) ?? afterTheTail(rows) ?? otherCount(rows);
}

/** A drive ends once. What containers still say while they are taken down is no evidence, and no fault. */
function secondEnd(rows: readonly Row[]): Fault | undefined {
  const ends = rows.flatMap(({ type }, i) => (type === "drive-end" ? [i] : []));
  return ends[1] === undefined ? undefined : faultAt(ends[1], "a second drive-end");
}

/** Nothing happens after the tail; clocks of two processes may differ by a little. */
function afterTheTail(rows: readonly Row[]): Fault | undefined {
  const tail = rows.at(-1);
  if (tail?.type !== "tail") return undefined;
  const late = rows.findIndex((row) => lastMoment(row) > tail.t + 1000);
  if (late < 0) return undefined;
  return faultAt(late, `t cannot be ${lastMoment(rows[late]!)}, after the tail's ${tail.t}`);
}

/** By how much a clock was set is told as a stretch of time, but is none of the run's. */
function lastMoment(row: Row): number {
  const isStretch = "until" in row && !(row.type === "stall" && row.what === "clock");
  return isStretch ? Math.max(row.t, row.until) : row.t;
}

function otherCount(rows: readonly Row[]): Fault | undefined {
  const tail = rows.at(-1);
  if (tail?.type !== "tail" || tail.rows === undefined || tail.rows === rows.length)
    return undefined;
  const [told, there] = [tail.rows, rows.length].map((n) => `${n} ${n === 1 ? "row" : "rows"}`);
  return faultAt(rows.length - 1, `${told} were written, and ${there} are there`);
}

const faultAt = (index: number, what: string): Fault => ({ line: index + 1, what });
