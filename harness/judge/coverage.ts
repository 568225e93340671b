import { InconclusiveError } from "../errors.ts";
import type { SampleRow, SampleSource } from "../record/schema.ts";
import type { ServiceRows } from "./rows.ts";
import { cut, indexAt } from "./series.ts";
import type { Series, Watch, Window } from "./types.ts";

/** Fewer samples than this say nothing about a window; a slow source cannot give many. */
const FEWEST: Readonly<Record<SampleSource, number>> = {
  "cgroup-v1": 5,
  "cgroup-v2": 5,
  "stats-oneshot": 3,
  "stats-stream": 2,
};

/** Largest share of a window that may have gone unwatched. */
const MOST_MISSED = 0.2;

/** A sample that is later than this many periods leaves a gap. */
const LATE = 3;

/** The values of a series whose time is in the window. Throws as `covered` does. */
export function readings(series: Series, during: Window): readonly number[] {
  return covered(series, during).v;
}

/**
 * The part of a series that lies in the window. Throws InconclusiveError where that is nothing,
 * and, of a sampled series, for too few samples or for gaps over more than a fifth of the window.
 */
export function covered(series: Series, during: Window): Series {
  const part = cut(series, during);
  const { name, v, watch } = part;
  if (v.length === 0) {
    throw new InconclusiveError("NO_SAMPLES", `There is no sample of ${name} in ${told(during)}.`);
  }
  if (watch) checkWatched(name, v.length, watch, during);
  return part;
}

/**
 * How one service was watched until `end`: the gaps its sampler told of, and any stretch of
 * more than three periods between two samples in which its container did not end.
 * Undefined where it was not sampled.
 */
export function watchOf(
  { container, samples, events, gaps }: ServiceRows,
  end: number,
): Watch | undefined {
  if (!container) return undefined;
  const late = (LATE * 1000) / container.hz;
  const deaths = events.filter(({ action }) => action === "die");
  const endedIn = ({ from, to }: Window) =>
    (deaths[indexAt(deaths, from - late, ({ t }) => t)]?.t ?? Infinity) <= to;
  const holes = stretchesBetween(samples, container.t, end, late).filter((hole) => !endedIn(hole));
  const told = gaps.map(({ t, until }) => ({ from: t, to: until }));
  return { source: container.source, gaps: merged([...told, ...holes]) };
}

function checkWatched(name: string, samples: number, watch: Watch, during: Window): void {
  if (samples < FEWEST[watch.source]) {
    throw new InconclusiveError(
      "TOO_FEW_SAMPLES",
      `There are only ${samples} samples of ${name} in ${told(during)}.`,
    );
  }
  const missed = watch.gaps.reduce((sum, gap) => sum + overlap(gap, during), 0);
  const missedShare = missed / (during.to - during.from);
  if (missedShare > MOST_MISSED) {
    throw new InconclusiveError(
      "GAPS",
      `Nobody watched ${name} for ${Math.round(100 * missedShare)} % of ${told(during)}.`,
    );
  }
}

/** The stretches longer than `late` from the container's start over each row of samples to the end. */
function stretchesBetween(
  samples: readonly SampleRow[],
  start: number,
  end: number,
  late: number,
): Window[] {
  const found: Window[] = [];
  let from = start;
  for (const { t, until } of samples) {
    if (t - from > late) found.push({ from, to: t });
    from = until;
  }
  if (end - from > late) found.push({ from, to: end });
  return found;
}

function merged(windows: readonly Window[]): Window[] {
  const result: Window[] = [];
  for (const window of windows.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && window.from <= last.to) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, window.to) };
    } else {
      result.push(window);
    }
  }
  return result;
}

const overlap = (a: Window, b: Window) =>
  Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));

const seconds = (ms: number) => (ms / 1000).toFixed(1);

const told = ({ from, to }: Window) => `the time from ${seconds(from)} s to ${seconds(to)} s`;
