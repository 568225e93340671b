import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { filesBelow } from "../scenario/walk.ts";

/** Editors write a file in several steps, and people save several files. */
const QUIET_MS = 300;
/** Looking is to take a small share of the time, whatever there is to look at. */
const SHARE = 0.05;

/** How files of a folder, or one file, stood at a moment. */
export type Standing = ReadonlyMap<string, string>;

/** When each file was written, and how large it is. By looking: it works on any file system. */
export async function standingOf(path: string): Promise<Standing> {
  const found = await filesBelow(path, undefined, new Set([".git"])).catch(() => undefined);
  const paths = found ? found.map((one) => join(path, one.path)) : [path];
  const entries = paths.map(async (one): Promise<[string, string]> => {
    const { mtimeNs, size, mode } = await lstat(one, { bigint: true });
    return [one, `${mtimeNs} ${size} ${mode}`];
  });
  const settled = await Promise.allSettled(entries); // what went in the meantime is not there
  return new Map(settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
}

/** How many files differ between two moments. */
export function savedBetween(before: Standing, now: Standing): number {
  const all = new Set([...before.keys(), ...now.keys()]);
  return [...all].filter((path) => before.get(path) !== now.get(path)).length;
}

/** Comes back when something was saved after that moment, as soon as no more is. */
export async function nextSave(
  path: string,
  before: Standing,
  signal: AbortSignal,
): Promise<Standing> {
  let last = before;
  for (;;) {
    const began = performance.now();
    const now = await standingOf(path);
    if (savedBetween(before, now) > 0 && savedBetween(last, now) === 0) return now;
    last = now;
    const took = performance.now() - began;
    await sleep(Math.max(QUIET_MS, took / SHARE), undefined, { signal });
  }
}
