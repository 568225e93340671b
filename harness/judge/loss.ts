import { CLOCK_JUMP, type Row, type SampleRow, type StallRow } from "../record/schema.ts";
import { timesSlowerIn } from "./pace.ts";
import { runningSums, stepFor, type Lost } from "./running-sums.ts";
import { only } from "./rows.ts";
import { driveEnd } from "./time.ts";
import type { Window } from "./types.ts";

/** What a record tells of time that the machine took from everything in it, milliseconds. */
export interface Loss {
  /** Of a stretch, or of the whole drive: never more than the stretch is long. */
  in(during?: Window): number;
  /** The part of it in which the lab, the engine or a box stood still. */
  stood(during?: Window): number;
  /**
   * How many times as long as they ran on a processor the boxes waited for one; 0 if they did neither.
   * On a slow processor they ran as long as a usual one takes, and what it took longer they waited.
   */
  slowdown(during?: Window): number;
  /** Of the worst stretch of this length. */
  worst(length: number): number;
  /** By how much the machine's clock was set in the stretch, whichever way. */
  clock(during?: Window): number;
  readonly whole: Window;
  /** Of the whole drive, by what took it. */
  readonly by: Readonly<Record<"waiting" | "slowness" | StallRow["what"], number>>;
}

/**
 * What was lost: stretches in which the lab, the engine or a box stood still, those in which tasks
 * of a box waited for a processor, and what a slow processor took longer. What several lost at the
 * same time is lost once. A box that is held to its own limit waits as well; that belongs to the
 * scenario, and does not count.
 */
export function lossOf(record: readonly Row[]): Loss {
  const whole = { from: 0, to: driveEnd(record) };
  const stalls = stallsOf(record);
  const clocks = stalls.filter(({ what }) => what === "clock");
  const still = stalls.filter(({ what }) => what !== "clock");
  const steps = stepsOf(record, timesSlowerIn(record));
  const waits = steps.flatMap((step) => lostOf(step, step.waited));
  const slow = steps.flatMap((step) => lostOf(step, step.slowed));
  const lost = runningSums([...waits, ...slow, ...still.map(stretchOf)], whole.to);
  const stood = runningSums(still.map(stretchOf), whole.to);

  return {
    whole,
    in: ({ from, to } = whole) => lost(to) - lost(from),
    stood: ({ from, to } = whole) => stood(to) - stood(from),
    slowdown({ from, to } = whole) {
      const within = steps.filter(({ t }) => t >= from && t < to);
      const waited = sum(within, "waited") + sum(within, "slowed");
      return waited > 0 ? waited / sum(within, "ran") : 0;
    },
    worst(length) {
      let most = 0;
      const step = stepFor(whole.to);
      for (let from = 0; from < whole.to; from += step)
        most = Math.max(most, lost(from + length + step) - lost(from));
      return Math.min(most, length);
    },
    clock: ({ from, to } = whole) => setBy(clocks.filter(({ t }) => t >= from && t <= to)),
    by: {
      waiting: runningSums(waits, whole.to)(whole.to),
      slowness: runningSums(slow, whole.to)(whole.to),
      ...byKind(stalls, whole.to),
    },
  };
}

const stretchOf = ({ t, until }: StallRow): Lost => ({ from: t, to: until, share: 1 });

/** The record's stalls; records of before they were rows told of a clock that was set by an observation. */
function stallsOf(record: readonly Row[]): readonly StallRow[] {
  return record.flatMap((row): StallRow[] => {
    if (row.type === "stall") return [row];
    if (row.type !== "observation" || row.name !== CLOCK_JUMP) return [];
    const until = row.t + Math.abs(Number(row.value));
    return [{ type: "stall", t: row.t, until, what: "clock" }];
  });
}

function byKind(stalls: readonly StallRow[], end: number): Record<StallRow["what"], number> {
  const of = (kind: StallRow["what"]) => stalls.filter(({ what }) => what === kind);
  const lost = (kind: StallRow["what"]) => runningSums(of(kind).map(stretchOf), end)(end);
  return { lab: lost("lab"), engine: lost("engine"), box: lost("box"), clock: setBy(of("clock")) };
}

/** A clock that was set back is not on time again when it is set forth. */
const setBy = (clocks: readonly StallRow[]) =>
  clocks.reduce((sum, { t, until }) => sum + Math.abs(until - t), 0);

/**
 * From one sample of a box to the next: how long it waited for a processor, how long it would have
 * run on a usual one, and how much longer it ran on this.
 */
interface Step {
  readonly since: number;
  readonly t: number;
  readonly waited: number;
  readonly ran: number;
  readonly slowed: number;
}

function stepsOf(record: readonly Row[], times: number): readonly Step[] {
  const samples = only(record, "sample").filter(({ waitMs }) => typeof waitMs === "number");
  return [...Map.groupBy(samples, ({ service }) => service).values()].flatMap((rows) => {
    const sorted = rows.toSorted((a, b) => a.t - b.t);
    return sorted.slice(1).map((row, i) => stepBetween(sorted[i]!, row, times));
  });
}

function stepBetween(before: SampleRow, now: SampleRow, times: number): Step {
  const held = risen(before.throttledMs, now.throttledMs);
  const ran = risen(before.cpuMs, now.cpuMs);
  return {
    since: before.until,
    t: now.t,
    waited: Math.max(0, risen(before.waitMs, now.waitMs) - held),
    ran: ran / times,
    slowed: ran - ran / times,
  };
}

/** The kernel adds to the sum when a wait is over: one can be longer than the time between. */
function lostOf({ since, t }: Step, ms: number): Lost[] {
  if (ms === 0) return [];
  const length = Math.max(ms, t - since);
  return [{ from: t - length, to: t, share: ms / length }];
}

const sum = (steps: readonly Step[], what: "waited" | "ran" | "slowed") =>
  steps.reduce((total, step) => total + step[what], 0);

/** A counter that falls belongs to the next container of that service. */
function risen(before: number | null | undefined, now: number | null | undefined): number {
  const [from, to] = [before ?? 0, now ?? 0];
  return to < from ? to : to - from;
}
