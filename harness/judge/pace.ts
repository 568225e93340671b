import type { Row } from "../record/schema.ts";
import { only } from "./rows.ts";

/** What the machine of docs/example-run needs for a million steps, milliseconds: bounds and limits were tried there. */
const REFERENCE = 1.08;
/** A little slower is no reason for doubt, nor is a processor that shares its core for a while. */
const NOTABLY = 1.5;

/**
 * How many times as long as there this record's processor takes for the same work; 1 where it is
 * not notably slower, or nobody looked.
 */
export function timesSlower(record: readonly Row[]): number {
  const paces = only(record, "container").flatMap(({ pace }) => pace ?? []);
  const times = paces.length === 0 ? 1 : Math.min(...paces) / REFERENCE;
  return times < NOTABLY ? 1 : times;
}
