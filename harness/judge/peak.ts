import { readings } from "./coverage.ts";
import { riseOf, type Life } from "./lives.ts";
import { maximum } from "./statistics.ts";
import type { Series, Window } from "./types.ts";

/** A reading this near to the end of a window, or of a life, stands for that end, milliseconds. */
const NEAR = 200;

/**
 * The highest `current` in a window. The kernel's counter only ever rises while a container lives.
 * Where it did in the window in each of its lives, and was read near the end, it tells of the
 * window, and no sampler that came late can have missed anything; else the samples tell the rest.
 */
export function peakIn(current: Series, lives: readonly Life[], during: Window): number {
  const within = lives.filter(({ from, to }) => from < during.to && to > during.from);
  const risen = within.flatMap((life) => highestRisen(life, during) ?? []);
  const told = within.length > 0 && risen.length === within.length;
  if (told && within.every((life) => readNearItsEnd(life, during))) return maximum(risen);
  return maximum([...readings(current, during), ...risen]);
}

/** The counter at the window's end, if it rose in the window. */
function highestRisen(life: Life, during: Window): number | undefined {
  const rise = riseOf(life, "peak", during);
  if (rise === null || rise <= 0) return undefined;
  return riseOf(life, "peak", { from: -Infinity, to: during.to }) ?? undefined;
}

function readNearItsEnd({ samples, to }: Life, during: Window): boolean {
  const end = Math.min(to, during.to);
  const last = samples.findLast(({ t, peak }) => t < during.to && peak !== null);
  return last !== undefined && end - Math.min(last.until, end) <= NEAR;
}
