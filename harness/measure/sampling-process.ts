/**
 * The process that reads cgroup files, and does nothing else: neither the harness's own work nor
 * busy containers make a sample late. No thread: what is real-time had better share neither memory
 * nor garbage collection with threads that are not, and may have to wait.
 * It runs beside the harness, or in a helper container on the engine. What it is asked and what it
 * answers is in protocol.ts.
 */
import { cgroupFinder } from "../engine/cgroup.ts";
import type { CgroupPaths } from "../engine/types.ts";
import type { SampleValues } from "../record/schema.ts";
import { cgroupReader, type CgroupReader } from "./cgroup-reader.ts";
import { openCgroupV1 } from "./cgroup-v1.ts";
import { openCgroupV2 } from "./cgroup-v2.ts";
import { openChannel } from "./channel.ts";
import { steady } from "./clock.ts";
import { isGone } from "./gone.ts";
import type { Order, Place } from "./protocol.ts";
import { pace } from "./pace.ts";
import { becomeRealTime } from "./real-time.ts";
import { packSamples, type TakenSample } from "./sample-rows.ts";
import { startTicker } from "./ticker.ts";

interface Open {
  readonly id: number;
  readonly hz: number;
  readonly reader: CgroupReader;
  readonly atOnce: boolean;
  newest?: SampleValues;
  /** Since when it stands still. */
  stands?: number | undefined;
}

const open = new Map<number, Open>();
/** Samples that are still to be told: several beats at once, as telling costs more than sampling. */
let waiting: TakenSample[] = [];
let beats = 0;
/** Whether one of them says something new. */
let news = false;
const beatsATelling = { news: 2, noNews: 5 };
/** One for each rate that was asked for, so that containers are read in one go. */
const tickers = new Map<number, { stop(): void }>();

becomeRealTime();
const answer = openChannel((order) => {
  if ("place" in order) follow(order);
  else if ("leave" in order) close(order.leave);
  else answer({ pong: order.ping, at: steady() });
});
answer({ started: true, pace: pace() });

function follow({ id, place, hz, atOnce = false }: Extract<Order, { place: Place }>): void {
  try {
    const paths = pathsOf(place);
    const files = paths.version === 1 ? openCgroupV1(paths) : openCgroupV2(paths);
    const sampled: Open = { id, hz, atOnce, reader: cgroupReader(files) };
    open.set(id, sampled);
    answer({ opened: id });
    sample([sampled]);
    tell();
  } catch (error) {
    answer({ failed: id, ...told(error) });
    return;
  }
  if (!tickers.has(hz))
    tickers.set(
      hz,
      startTicker(steady, 1000 / hz, () => beat(hz)),
    );
}

let find: ((container: string) => CgroupPaths | null) | undefined;

/** The files of a container of which only the id is known here. */
function pathsOf(place: Place): CgroupPaths {
  if (!("container" in place)) return place;
  const found = (find ??= cgroupFinder(place.version))(place.container);
  if (found) return found;
  throw Object.assign(new Error("It has no cgroup files here."), { code: "NO_CGROUP" });
}

function beat(hz: number): void {
  const due = [...open.values()].filter((one) => one.hz === hz);
  if (due.length === 0) {
    tickers.get(hz)?.stop();
    tickers.delete(hz);
    return;
  }
  sample(due);
  const enough = news ? beatsATelling.news : beatsATelling.noNews;
  if (++beats >= enough || due.some(({ atOnce }) => atOnce)) tell();
}

function sample(due: readonly Open[]): void {
  const ended: Open[] = [];
  for (const one of due) {
    try {
      const values = one.reader.read();
      waiting.push({ sampler: one.id, at: steady(), values });
      news ||= values !== one.newest;
      one.newest = values;
      noteStanding(one, one.reader.standsSince());
      if (values.processes === null) ended.push(one);
    } catch (error) {
      if (!isGone(error)) answer({ failed: one.id, ...told(error) });
      ended.push(one);
    }
  }
  for (const { id } of ended) close(id);
}

function noteStanding(one: Open, since: number | undefined): void {
  const from = one.stands;
  one.stands = since;
  if (from !== undefined && since === undefined) answer({ stood: one.id, from, until: steady() });
}

function tell(): void {
  if (waiting.length > 0) answer({ samples: packSamples(waiting) });
  waiting = [];
  beats = 0;
  news = false;
}

function close(id: number): void {
  tell();
  const one = open.get(id);
  if (one) noteStanding(one, undefined);
  one?.reader.close();
  open.delete(id);
  answer({ closed: id });
}

/** An error's code is lost on the way between processes. */
function told(error: unknown): { readonly message: string; readonly code: string | undefined } {
  const { message, code } = error as NodeJS.ErrnoException;
  return { message, code };
}
