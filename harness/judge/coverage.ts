import { InconclusiveError } from "../errors.ts";
import type { Series, Window } from "./types.ts";

/**
 * The values of a series whose time is in the window (its end not included).
 * Throws InconclusiveError where the window was not watched well enough.
 */
export function readings(series: Series, during: Window): readonly number[] {
  const values = series.v.filter((_, i) => inside(during, series.t[i]!));
  if (values.length > 0) return values;
  throw new InconclusiveError("NO_SAMPLES", `There is no sample of ${series.name} in that window.`);
}

/** Whether a moment belongs to the window: its beginning does, its end does not. */
export function inside({ from, to }: Window, t: number): boolean {
  return t >= from && t < to;
}
