import { partOf, valueBefore, type Evidence, type Window } from "../../harness/scenario/index.ts";

/** Into how many stretches a job is cut. */
const STRETCHES = 8;

/**
 * Bytes that the worker keeps for each of `things`, as one of the lab's servers counts how far it
 * has come: by what it receives (rx) or sends (tx). The lowest memory of a stretch is what is kept;
 * told is what the last stretch has over the second (the first is the program's own start), or over
 * the fifth if that is less: allocators go in steps of 2 MiB, and whoever works in batches gives
 * his memory back in each.
 */
export function keptByTraffic(
  e: Evidence,
  [service, metric]: readonly [string, "rx" | "tx"],
  during: Window,
  things: number,
): number {
  const traffic = e.series(service, metric, { from: 0, to: during.to });
  const done = (t: number) => valueBefore(traffic, t + 1);
  const anon = partOf(e.series("worker", "anon", during), during);
  const files = inFiles(e, during);
  const [first, last] = [done(anon.t[0]!), done(anon.t.at(-1)!)];
  const lowest = new Map<number, number>();
  anon.t.forEach((t, i) => {
    const share = (done(t) - first) / (last - first);
    const stretch = Math.floor(share * STRETCHES);
    // At the very end the worker may be ending.
    if (stretch >= 1 && share < 0.99)
      lowest.set(stretch, Math.min(lowest.get(stretch) ?? Infinity, anon.v[i]! + files(t)));
  });
  const kept = [...lowest].toSorted(([a], [b]) => a - b);
  const end = kept.at(-1) ?? [0, 0];
  // What is kept for each of them is kept in the second half, too.
  const gains = [kept[0], kept.find(([stretch]) => stretch >= STRETCHES / 2)].map(
    ([stretch, bytes] = [0, 0]) => ((end[1] - bytes) / (end[0] - stretch) / things) * STRETCHES,
  );
  return Math.min(...gains);
}

/** What it keeps in files that are memory, by time; an engine's own statistics don't tell. */
function inFiles(e: Evidence, during: Window): (t: number) => number {
  if (!e.series("worker", "anon").watch?.source.startsWith("cgroup")) return () => 0;
  const shmem = e.series("worker", "shmem", during);
  return (t) => valueBefore(shmem, t + 1);
}
