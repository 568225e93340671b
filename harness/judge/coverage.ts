import { InconclusiveError } from "../errors.ts";
import type { SampleSource } from "../record/schema.ts";
import { checkWatched, told } from "./gaps.ts";
import { within } from "./series.ts";
import type { Series, Window } from "./types.ts";

/** Fewer samples than this say nothing about a window; a slow source cannot give many. */
export const FEWEST: Readonly<Record<SampleSource, number>> = {
  "cgroup-v1": 5,
  "cgroup-v2": 5,
  "stats-oneshot": 3,
  "stats-stream": 2,
};

/** The values of a series whose time is in the window. Throws as `covered` does. */
export function readings(series: Series, during: Window): readonly number[] {
  return covered(series, during).v;
}

/**
 * The part of a series that lies in the window. Throws InconclusiveError where that is nothing,
 * and, of a sampled series, for too few samples or for gaps over more than a fifth of the window.
 */
export function covered(series: Series, during: Window): Series {
  const part = within(series, during);
  const { name, v, watch } = part;
  if (v.length === 0) {
    throw new InconclusiveError("NO_SAMPLES", `There is no sample of ${name} in ${told(during)}.`);
  }
  if (watch && v.length < FEWEST[watch.source]) {
    throw new InconclusiveError(
      "TOO_FEW_SAMPLES",
      `There are only ${v.length} samples of ${name} in ${told(during)}.`,
    );
  }
  checkWatched(part, during);
  return part;
}
