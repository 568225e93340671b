import { InconclusiveError } from "../errors.ts";
import type { Series, Window } from "./types.ts";

/** Largest share of a window that may have gone unwatched. */
const MOST_MISSED = 0.2;
/** So old a sample may be, milliseconds, and still stand for a moment: a busy machine misses a few. */
const FRESH = 500;

type Watched = Pick<Series, "name" | "watch">;

/** Throws InconclusiveError where gaps make up more than a fifth of the window. */
export function checkWatched({ name, watch }: Watched, during: Window): void {
  if (!watch) return;
  const missed = watch.gaps.reduce((sum, gap) => sum + overlap(gap, during), 0);
  const missedShare = missed / (during.to - during.from);
  if (!(missedShare > MOST_MISSED)) return;
  const share = `${Math.round(100 * missedShare)} %`;
  throw new InconclusiveError("GAPS", `Nobody watched ${name} for ${share} of ${told(during)}.`);
}

/**
 * Throws InconclusiveError where a gap lies between a sample and the moment for which it is to
 * stand: nobody knows what was then.
 */
export function checkSeen({ name, watch }: Watched, between: Window, moment: number): void {
  if (!watch || between.to - between.from <= Math.max(watch.late, FRESH)) return;
  if (!watch.gaps.some((gap) => overlap(gap, between) > 0)) return;
  throw new InconclusiveError("GAPS", `Nobody watched ${name} at ${seconds(moment)} s.`);
}

/** A window in words. */
export const told = ({ from, to }: Window) =>
  `the time from ${seconds(from)} s to ${seconds(to)} s`;

const overlap = (a: Window, b: Window) =>
  Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));

const seconds = (ms: number) => (ms / 1000).toFixed(1);
