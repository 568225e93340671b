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

/** The lives of each service's container, as `livesOf` has them, found once. */
export function livesByService(
  services: ReadonlyMap<string, ServiceRows>,
): (service: string) => readonly Life[] {
  const found = new Map<string, readonly Life[]>();
  return (service) => {
    const known = found.get(service);
    if (known) return known;
    const rows = services.get(service);
    const lives = rows ? livesOf(rows) : [];
    found.set(service, lives);
    return lives;
  };
}

/**
 * The lives of a service's container, in order. A new one begins where the engine told of a start,
 * and where one of the kernel's counters fell, should the engine not have told.
 */
export function livesOf({ samples, events }: ServiceRows): readonly Life[] {
  const starts = events.filter(({ action }) => action === "start").map(({ t }) => t);
  const ends = events.filter(({ action }) => action === "die").map(({ t }) => t);
  const firsts = firstRows(samples, starts);
  return firsts.map(({ index, from }, i) => {
    const next = firsts[i + 1];
    const end = next?.from ?? Infinity;
    const died = ends[indexAt(ends, from, (t) => t)] ?? Infinity;
    return { from, to: Math.min(died, end), samples: samples.slice(index, next?.index) };
  });
}

/** Where each life's samples begin, and when it did itself. */
function firstRows(samples: readonly SampleRow[], starts: readonly number[]) {
  const firsts: { readonly index: number; readonly from: number }[] = [];
  let [next, peak, cpuMs, oomKills] = [0, 0, 0, 0];
  for (let index = 0; index < samples.length; index += 1) {
    const row = samples[index]!;
    const fell =
      (row.peak ?? peak) < peak ||
      (row.cpuMs ?? cpuMs) < cpuMs ||
      (row.oomKills ?? oomKills) < oomKills;
    let started: number | undefined;
    for (; next < starts.length && starts[next]! <= row.t; next += 1) started = starts[next];
    if (index === 0) firsts.push({ index, from: 0 });
    else if (fell || started !== undefined) firsts.push({ index, from: started ?? row.t });
    peak = row.peak ?? (fell ? 0 : peak);
    cpuMs = row.cpuMs ?? (fell ? 0 : cpuMs);
    oomKills = row.oomKills ?? (fell ? 0 : oomKills);
  }
  return firsts;
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
  const before = (t: number) => indexAt(told, t, (at) => at);
  const kills = lives.map((life, i) => {
    const toldOfIt = before(lives[i + 1]?.from ?? Infinity) - before(life.from);
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
