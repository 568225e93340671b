import type { Window } from "./types.ts";

/** Time that was lost to this share (0 to 1) in a stretch. */
export interface Lost extends Window {
  readonly share: number;
}

/** Lost time is added up in steps of so many milliseconds, */
const STEP = 50;
/** and in longer ones where those of a drive would be more than this: half an hour of them. */
const MOST_STEPS = 36_000;
/** Shares are counted in whole parts, so that what is added up and taken away again leaves nothing. */
const PARTS = 2 ** 20;

/** The length of a step in a drive that ends then, milliseconds. */
export const stepFor = (end: number): number => Math.max(STEP, end / MOST_STEPS);

/**
 * Gives what was lost from the beginning to a moment: at no moment more than all of it. However
 * long they are, it looks at each stretch once, and at each step once.
 */
export function runningSums(lost: readonly Lost[], end: number): (to: number) => number {
  if (lost.length === 0) return () => 0;
  const step = stepFor(end);
  const count = Math.ceil(end / step);
  /** By how many parts more of a step are lost than of the one before, where all of it is. */
  const rises = new Float64Array(count + 1);
  /** Milliseconds of steps of which a part is lost. */
  const edges = new Float64Array(count + 1);
  for (const { from, to, share } of lost) {
    const [begin, stop] = [Math.max(0, from), Math.min(to, end)];
    if (!(stop > begin)) continue;
    const [first, last] = [Math.floor(begin / step), Math.floor(stop / step)];
    if (first === last) {
      edges[first]! += share * (stop - begin);
      continue;
    }
    edges[first]! += share * ((first + 1) * step - begin);
    edges[last]! += share * (stop - last * step);
    const parts = Math.round(share * PARTS);
    rises[first + 1]! += parts;
    rises[last]! -= parts;
  }
  const sums = new Float64Array(count + 2);
  let parts = 0;
  for (let at = 0; at <= count; at += 1) {
    parts += rises[at]!;
    sums[at + 1] = sums[at]! + Math.min(step, (parts / PARTS) * step + edges[at]!);
  }
  return (to) => {
    const at = Math.min(Math.max(0, to), end) / step;
    const low = Math.floor(at);
    return sums[low]! + (at - low) * (sums[low + 1]! - sums[low]!);
  };
}
