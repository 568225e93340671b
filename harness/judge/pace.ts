import type { Row } from "../record/schema.ts";
import { only } from "./rows.ts";

/** What the machine of docs/example-run needs for a million steps, milliseconds: bounds and limits were tried there. */
const REFERENCE = 1.08;
/** A little slower is no reason for doubt, nor is a processor that shares its core for a while. */
const NOTABLY = 1.5;

/**
 * How many times as long as there a processor of this pace, milliseconds for a million steps, takes
 * for the same work; 1 where it is not notably slower.
 */
export function timesSlower(pace: number): number {
  const times = pace / REFERENCE;
  return times < NOTABLY ? 1 : times;
}

/** The same of the processor that a record is from; 1 if nobody looked. */
export function timesSlowerIn(record: readonly Row[]): number {
  const paces = only(record, "container").flatMap(({ pace }) => pace ?? []);
  return paces.length === 0 ? 1 : timesSlower(Math.min(...paces));
}
