import { InconclusiveError } from "../errors.ts";
import type { Window } from "./types.ts";

/** A window as the record has it: what is asked for, up to the drive's end; all if nothing is. */
export type Within = (during: Window | undefined) => Window;

/** Throws InconclusiveError for a window that is none: in it nothing happens, so `never` would hold. */
export function windowWithin(whole: Window): Within {
  return (during = whole) => {
    const { from, to } = during;
    if (from <= to) return { from, to: Math.max(from, Math.min(to, whole.to)) };
    throw new InconclusiveError(
      "NO_WINDOW",
      `There is no time from ${String(from)} ms to ${String(to)} ms.`,
    );
  };
}

/** Whether a moment belongs to the window: its beginning does, its end does not. */
export function inside({ from, to }: Window, t: number): boolean {
  return t >= from && t < to;
}

/** What is thrown where a record lacks what is asked for. */
export function missing(what: string): InconclusiveError {
  return new InconclusiveError("NOT_IN_RECORD", `The record holds ${what}.`);
}
