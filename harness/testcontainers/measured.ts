import { InconclusiveError } from "../errors.ts";
import type { Bounds } from "../judge/claim.ts";
import { FEWEST } from "../judge/coverage.ts";
import { peak, rise, slope } from "../judge/claims.ts";
import { within } from "../judge/series.ts";
import type { Claim, Evidence, Series, Unit, Window } from "../judge/types.ts";
import { METRICS } from "../record/metrics.ts";
import { plural } from "../report/format.ts";

/** What can be measured of a container, and what it is called in a sentence. */
const CALLED = {
  anon: "anonymous memory",
  workingSet: "working set",
  current: "memory in use",
  processes: "processes",
  pids: "tasks",
  zombies: "zombies",
  fds: "open descriptors",
} as const;
export type Metric = keyof typeof CALLED;

/** What was seen of one container until now, and which part of it is judged. */
export interface Part {
  readonly evidence: Evidence;
  readonly container: string;
  /** The level from which a rise is told. */
  readonly before: Window;
  readonly during: Window;
  /** Calls that were made, in order of time. */
  readonly calls: readonly { readonly t: number; readonly count: number }[];
}

/** A claim that was judged, in words. */
export interface Judged {
  readonly claim: Claim;
  /** "anonymous memory of app" */
  readonly what: string;
  /** When it was so: "after 3.4 s" */
  readonly when: string;
  /** "96 samples in 4.8 s, cgroup-v1" */
  readonly seen: string;
}

/**
 * One number of one container, over the time from the last mark until it is asked. All throw
 * InconclusiveError where that was not watched well enough, or the container has ended: nothing can
 * be said then, neither that it holds nor that it doesn't.
 */
export interface Measured {
  /** The highest that was seen; of `current` the kernel's own peak, which misses nothing. */
  highest(bounds: Bounds): Judged;
  /** The highest, less the level just before the mark: the median of the last third of a second. */
  rise(bounds: Bounds): Judged;
  /** What each call adds, by Theil-Sen over all samples. */
  growthPerCall(bounds: Bounds): Judged;
}

/** Measures by what `seen` tells when it is asked. */
export function measuredOf(metric: Metric, seen: () => Part): Measured {
  const { unit } = METRICS[metric];
  const judge = (make: (part: Part, series: Series, says: string) => Claim): Judged => {
    const part = seen();
    const series = watchedSeries(part, metric);
    const what = `${CALLED[metric]} of ${part.container}`;
    return told(part, series, what, make(part, series, what));
  };
  return {
    highest: (bounds) =>
      judge(({ evidence, container, during }, series, says) => {
        const measured =
          metric === "current" ? evidence.peak(container, during) : Math.max(...series.v);
        return peak("highest", { says, measured, unit, ...bounds });
      }),
    rise: (bounds) =>
      judge(({ evidence, container, before, during }, _, says) => {
        const series = evidence.series(container, metric);
        const level = justBefore(before, series);
        return rise("rise", { says, series, before: level, during, unit, ...bounds });
      }),
    growthPerCall: (bounds) =>
      judge((part, { t, v }, says) => {
        const per = `${unit}/call` as Unit;
        return slope("growth", { says, x: callsBy(part, t), y: v, unit: per, ...bounds });
      }),
  };
}

/** Its end, of six samples where none is late; longer where some are, so that they are enough. */
function justBefore(before: Window, series: Series): Window {
  const { watch } = series;
  if (!watch) return before;
  const enough = within(series, before).t.at(-FEWEST[watch.source]) ?? before.from;
  return { ...before, from: Math.max(before.from, Math.min(enough, before.to - 2 * watch.late)) };
}

/** The series of the part that is judged; throws where that was not watched well, or not to its end. */
function watchedSeries({ evidence, container, during }: Part, metric: Metric): Series {
  try {
    const series = evidence.series(container, metric, during);
    const last = series.t.at(-1)!;
    if (during.to - last <= (series.watch?.late ?? 0)) return series;
    const ago = `${seconds(during.to - last)} s ago`;
    throw new InconclusiveError("NOT_SEEN_YET", `The last sample of ${container} is of ${ago}.`);
  } catch (error) {
    throw withWayOut(error, evidence, container, metric);
  }
}

/** The same error with what to do about it: where a test fails, its message is all that is read. */
function withWayOut(error: unknown, evidence: Evidence, container: string, metric: Metric) {
  if (!(error instanceof InconclusiveError)) return error;
  const hint = isTold(evidence, container, metric)
    ? "Say `await seen.caughtUp()` before it is judged."
    : `This engine's statistics do not tell ${CALLED[metric]}; cgroup files do, on the engine's own machine.`;
  return new InconclusiveError(error.code, `${error.message} ${hint}`, { cause: error });
}

function isTold(evidence: Evidence, container: string, metric: Metric): boolean {
  try {
    return evidence.lastBefore(container, metric, Number.POSITIVE_INFINITY) !== null;
  } catch (error) {
    return !(error instanceof InconclusiveError && error.code === "NOT_IN_RECORD");
  }
}

/** How many calls had been made at each of these times. */
function callsBy({ calls, during }: Part, times: readonly number[]): readonly number[] {
  const own = calls.filter(({ t }) => t >= during.from);
  if (own.length === 0) {
    const message = "No call was counted since the mark: say `seen.call()` after each.";
    throw new InconclusiveError("NO_CALLS", message);
  }
  let [done, next] = [0, 0];
  return times.map((t) => {
    for (; next < own.length && own[next]!.t <= t; next += 1) done += own[next]!.count;
    return done;
  });
}

function told({ during }: Part, { t, v, watch }: Series, what: string, claim: Claim): Judged {
  const at = t[v.indexOf(Math.max(...v))]!;
  const length = `${seconds(during.to - during.from)} s`;
  const when =
    claim.kind === "slope" ? `over ${length}` : `after ${seconds(Math.max(0, at - during.from))} s`;
  const seen = `${plural(t.length, "sample")} in ${length}, ${watch?.source ?? "no source"}`;
  return { claim, what, when, seen };
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);
