import { partOf, valueBefore, type Evidence, type Window } from "../../harness/scenario/index.ts";

/**
 * Into how many stretches the second half of a job is cut: few where texts come and go as well,
 * more where the questions alone leave so little that a few steps of the allocator would hide it.
 */
const STRETCHES = { texts: 4, questions: 8 };
/** A job that asks for everything at once is over too soon to be cut, milliseconds. */
const SHORT_MS = 1_000;

/**
 * Bytes that the worker keeps for each of `things`, as one of the lab's servers counts how far it
 * has come: by what it receives (rx) or sends (tx).
 */
export function keptByTraffic(
  e: Evidence,
  [service, metric]: readonly [string, "rx" | "tx"],
  during: Window,
  things: number,
): number {
  const traffic = e.series(service, metric, { from: 0, to: during.to });
  return kept(e, during, (t) => valueBefore(traffic, t + 1), things, STRETCHES.texts);
}

/**
 * The same as time goes on, while the database is spoken to: for a job of many small questions and
 * few large answers. 0 for one that is over in a second: nothing of it grows with the things.
 */
export function keptByTime(e: Evidence, during: Window, things: number): number {
  const { t, v } = e.series("postgres", "rx", during);
  const at = (share: number) => t[v.findIndex((x) => x >= v[0]! + share * (v.at(-1)! - v[0]!))]!;
  const talk = { from: at(0.005), to: at(0.995) };
  return talk.to - talk.from < SHORT_MS
    ? 0
    : kept(e, talk, (now) => now, things, STRETCHES.questions);
}

/**
 * The lowest memory of each stretch is what the worker keeps; what one stretch gains on the one
 * before is counted for its things, and of all gains the middle one is taken. Whoever works in
 * batches gives his memory back once in a stretch, and an allocator that takes one step is no leak.
 */
function kept(
  e: Evidence,
  during: Window,
  done: (t: number) => number,
  things: number,
  stretches: number,
): number {
  const anon = partOf(e.series("worker", "anon", during), during);
  const [first, last] = [done(anon.t[0]!), done(anon.t.at(-1)!)];
  const lowest = new Map<number, number>();
  anon.t.forEach((t, i) => {
    const share = (done(t) - first) / (last - first);
    const stretch = Math.floor((share - 0.5) * 2 * stretches);
    // At the very end the worker may be ending.
    if (stretch >= 0 && share < 0.99)
      lowest.set(stretch, Math.min(lowest.get(stretch) ?? Infinity, anon.v[i]!));
  });
  const kept = [...lowest].toSorted(([a], [b]) => a - b);
  const gains = kept.slice(1).map(([stretch, bytes], i) => {
    const [before, less] = kept[i]!;
    return (bytes - less) / (stretch - before);
  });
  const middle = gains.toSorted((a, b) => a - b)[Math.floor(gains.length / 2)] ?? Number.NaN;
  return (middle / things) * 2 * stretches;
}
