import type { EventRow, SampleRow, SampleValues } from "../record/schema.ts";
import type { ServiceRows } from "./rows.ts";
import { indexAt } from "./series.ts";
import type { Window } from "./types.ts";

/** One life of a container, from its start to its end: the kernel's counters begin at 0. */
export interface Life {
  readonly from: number;
  readonly to: number;
  readonly samples: readonly SampleRow[];
}

/** What only ever rises while a container lives. */
const COUNTERS = ["peak", "cpuMs", "oomKills"] as const;
type Counter = (typeof COUNTERS)[number];

/**
 * The lives of a service's container, in order. A new one begins where the engine told of a start,
 * and where one of the kernel's counters fell, should the engine not have told.
 */
export function livesOf({ samples, events }: ServiceRows): readonly Life[] {
  const starts = events.filter(({ action }) => action === "start").map(({ t }) => t);
  const lives: { from: number; samples: SampleRow[] }[] = [];
  const highest: Record<Counter, number> = { peak: 0, cpuMs: 0, oomKills: 0 };
  let next = 0;
  for (const row of samples) {
    let begins =
      lives.length === 0 || COUNTERS.some((name) => (row[name] ?? Infinity) < highest[name]);
    let from = row.t;
    for (; next < starts.length && starts[next]! <= row.t; next += 1) {
      begins = true;
      from = starts[next]!;
    }
    if (begins) {
      lives.push({ from: lives.length === 0 ? 0 : from, samples: [] });
      for (const name of COUNTERS) highest[name] = 0;
    }
    lives.at(-1)!.samples.push(row);
    for (const name of COUNTERS) highest[name] = row[name] ?? highest[name];
  }
  const ends = events.filter(({ action }) => action === "die").map(({ t }) => t);
  return lives.map(({ from, samples }, i) => {
    const next = lives[i + 1]?.from ?? Infinity;
    return { from, samples, to: ends.find((t) => t >= from && t < next) ?? next };
  });
}

/**
 * What a counter came to in a life, and in a window of it; null where nothing was read by then.
 * What was first read in the window of a container that had begun before it counts in full.
 */
export function riseOf(
  life: Life,
  counter: keyof SampleValues,
  { from, to }: Window,
): number | null {
  const end = lastBefore(life.samples, counter, to);
  if (end === null) return null;
  return end - (lastBefore(life.samples, counter, from) ?? 0);
}

/**
 * Kills in the window, over all lives: by the kernel's count. Where that did not rise but the engine
 * told of an OOM, it is one kill: the count is gone with its container before it is read again. The
 * engine's events are only counted where there is no other count: it may tell of one kill five times.
 */
export function oomKillsIn(
  { events }: Pick<ServiceRows, "events">,
  lives: readonly Life[],
  during: Window,
): number {
  const told = events.filter((event) => isKill(event, during)).map(({ t }) => t);
  if (lives.length === 0) return told.length;
  const kills = lives.map((life, i) => {
    const next = lives[i + 1]?.from ?? Infinity;
    const toldOfIt = told.filter((t) => t >= life.from && t < next).length;
    const counted = riseOf(life, "oomKills", during);
    if (counted === null) return toldOfIt;
    return counted > 0 ? counted : Math.min(toldOfIt, 1);
  });
  return kills.reduce((sum, n) => sum + n, 0);
}

/** When the first kill of the window was told, by the kernel's count or by the engine. */
export function firstOomKillIn(
  { events }: Pick<ServiceRows, "events">,
  lives: readonly Life[],
  during: Window,
): number | undefined {
  const told = events.find((event) => isKill(event, during))?.t;
  const counted = lives.flatMap(({ samples }) => {
    const before = lastBefore(samples, "oomKills", during.from) ?? 0;
    const row = samples.find(({ t, oomKills }) => t >= during.from && (oomKills ?? 0) > before);
    return row && row.t < during.to ? [row.t] : [];
  });
  const times = [told, counted[0]].filter((t) => t !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

const isKill = ({ action, t }: EventRow, { from, to }: Window) =>
  action === "oom" && t >= from && t < to;

/** The last reading that began before a moment; of a run of equal ones the value is the same. */
function lastBefore(
  samples: readonly SampleRow[],
  metric: keyof SampleValues,
  moment: number,
): number | null {
  for (let i = indexAt(samples, moment, ({ t }) => t) - 1; i >= 0; i -= 1) {
    const value = samples[i]![metric];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}
