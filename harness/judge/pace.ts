import type { Row } from "../record/schema.ts";
import { only } from "./rows.ts";

/** What the machine of docs/example-run needs, milliseconds: bounds and limits were tried there. */
const REFERENCE = 1.33;
/** A little slower is no reason for doubt, nor is a processor that shares its core for a while. */
const NOTABLY = 1.5;

/**
 * How many times as long as there a processor of this pace, milliseconds for 50 kB of triple DES,
 * takes for the same work; 1 where it is not notably slower, or nobody looked.
 */
export function timesSlower(pace = REFERENCE): number {
  const times = pace / REFERENCE;
  return times < NOTABLY ? 1 : times;
}

/** The same of the processor that a record is from. */
export function timesSlowerIn(record: readonly Row[]): number {
  const paces = only(record, "container").flatMap(({ pace }) => pace ?? []);
  return timesSlower(paces.length === 0 ? undefined : Math.min(...paces));
}
