import { longestPause } from "../record/gap.ts";
import type { EventRow, SampleRow } from "../record/schema.ts";
import type { ServiceRows } from "./rows.ts";
import { indexAt } from "./series.ts";
import type { Watch, Window } from "./types.ts";

/**
 * How one service was watched until `end`: the gaps its sampler told of, and any stretch of more
 * than three periods between two samples in which its container lived. Undefined where nothing
 * says how it was sampled, or only of later than it was.
 */
export function watchOf(
  { container, samples, events, gaps }: ServiceRows,
  end: number,
): Watch | undefined {
  if (!container) return undefined;
  const { source, hz } = container;
  const late = longestPause(hz);
  const first = samples[0]?.t ?? Infinity;
  if (container.t - first > late) return undefined;
  const started = events.find(({ action }) => action === "start")?.t ?? Infinity;
  const changes = events.filter(({ action }) => action === "start" || action === "die");
  const holes = stretchesBetween(samples, Math.min(container.t, started), end, late).flatMap(
    (hole) => livedThrough(hole, changes, hz),
  );
  const told = gaps.map(({ t, until }) => ({ from: t, to: until }));
  return { source, late, gaps: merged([...told, ...holes]) };
}

interface Hole extends Window {
  /** Whether what was sampled before it was the last of a life. */
  readonly afterEnd: boolean;
}

/** The stretches longer than `late` from the container's start over each row of samples to the end. */
function stretchesBetween(
  samples: readonly SampleRow[],
  start: number,
  end: number,
  late: number,
): Hole[] {
  const found: Hole[] = [];
  let [from, afterEnd] = [start, false];
  for (const row of samples) {
    if (row.t - from > late) found.push({ from, to: row.t, afterEnd });
    [from, afterEnd] = [row.until, isLastWord(row)];
  }
  if (end - from > late) found.push({ from, to: end, afterEnd });
  return found;
}

/** Only the kernel's counters: the container has ended. */
const isLastWord = ({ cpuMs, anon, workingSet, current, pids, processes }: SampleRow) =>
  cpuMs !== null && [anon, workingSet, current, pids, processes].every((value) => value === null);

/** The parts of a hole in which the container lived, as far as they are long enough for a sample. */
function livedThrough(
  { from, to, afterEnd }: Hole,
  changes: readonly EventRow[],
  hz: number,
): Window[] {
  const late = longestPause(hz);
  const parts: Window[] = [];
  let since = afterEnd ? undefined : from;
  const live = (until: number, least: number) => {
    if (since !== undefined && until - since > least) parts.push({ from: since, to: until });
  };
  for (let i = indexAt(changes, from - late, ({ t }) => t); i < changes.length; i += 1) {
    const { action, t } = changes[i]!;
    if (t > to) break;
    if (action === "start") since ??= Math.max(from, t);
    else {
      live(t, longestPause(hz, "its end"));
      since = undefined;
    }
  }
  live(to, late);
  return parts;
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
