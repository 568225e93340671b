import { isTime } from "./claim.ts";
import type { Loss } from "./loss.ts";
import type { Claim } from "./types.ts";

/**
 * Less than this is no reason for doubt in a number that isn't a time: a second that was lost, and
 * boxes that stood still for it, or waited four times as long as they ran. (Measured with two
 * processors: half as long when all is quiet, once or twice with other arms beside, five times and
 * more against twenty busy loops.)
 */
const LARGE = { ms: 1000, slowdown: 4 } as const;

/**
 * The same claims, those marked whose outcome could be the machine's doing. Lateness moves a
 * number the way that the claim says: a time that was too long may have been shorter but
 * for what was lost, and no shorter than that; of any other number nobody can say by how much, so
 * it is in doubt once much was lost. A clock that was set moves it either way.
 */
export function markDoubtful(claims: readonly Claim[], loss: Loss): readonly Claim[] {
  return claims.map((claim) =>
    isDoubtful(claim, rangeOf(claim, loss)) ? { ...claim, doubtful: true } : claim,
  );
}

/** Whether it hangs on claims in doubt that all of them hold: none has failed for sure. */
export function undecided(claims: readonly Claim[]): boolean {
  return (
    claims.some(({ doubtful }) => doubtful) && claims.every(({ ok, doubtful }) => ok || doubtful)
  );
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** Whether the claim would come out otherwise for some number of the range. */
function isDoubtful({ ok, relation, measured, bound, boundHigh = bound }: Claim, range: Range) {
  // What came out just as it had to, from both sides, is no chance.
  if (ok && (relation === "exactly" || relation === "between")) return false;
  const low = relation === "at most" ? -Infinity : bound;
  const high = relation === "at least" ? Infinity : boundHigh;
  if (ok) return range.low < low || range.high > high;
  return measured > high ? range.low <= high : range.high >= low;
}

/** What the claim's number could have been on a machine that was never late. */
function rangeOf(claim: Claim, loss: Loss): Range {
  const { measured, lateness = "none" } = claim;
  if (lateness === "none") return { low: measured, high: measured };
  const [late, set] = isTime(claim.unit) ? timesLost(claim, loss) : numbersLost(claim, loss);
  const down = lateness === "lowers" ? set : Math.max(late, set);
  const up = lateness === "raises" ? set : Math.max(late, set);
  // Neither a time nor a number of things can have been less than nothing.
  return { low: Math.max(Math.min(0, measured), measured - down), high: measured + up };
}

/** In the claim's unit: what it can be late by, and by what the clock was set. */
function timesLost({ unit, measured, lateness, during }: Claim, loss: Loss) {
  const ms = unit === "s" ? 1000 : 1;
  // Nobody says when the time ran: then it was, at worst, the worst stretch of that length.
  const late = during || lateness === "lowers" ? loss.in(during) : loss.worst(measured * ms);
  return [late / ms, loss.clock(during) / ms] as const;
}

/** All or nothing. */
function numbersLost({ during }: Claim, loss: Loss) {
  const starved = loss.in(during) > LARGE.ms && loss.slowdown(during) > LARGE.slowdown;
  const large = starved || loss.stood(during) > LARGE.ms;
  return [large ? Infinity : 0, loss.clock(during) > 0 ? Infinity : 0] as const;
}

/** A sentence on what the machine took from a drive. */
export function toldLoss({ by }: Loss): string {
  const parts = [
    [by.waiting, "boxes waited for a processor for"],
    [by.slowness, "a slow processor took them longer by"],
    [by.engine, "the engine gave no answer for"],
    [by.lab, "the lab itself stood still for"],
    [by.box, "a box was paused or stopped for"],
    [by.clock, "the clock was set (or the machine slept) by"],
  ] as const;
  const told = parts.filter(([ms]) => ms >= 50).map(([ms, what]) => `${what} ${seconds(ms)}`);
  return `The machine disturbed the drive: ${told.join(", ")}`;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
