const steps = 1_000_000;
/** Others may be in the way of some of them. */
const tries = 15;

/**
 * Milliseconds that this machine's processor needs for a million steps of a loop, each waiting for
 * the one before: the least of several tries. Some 20 ms of work where it is fast.
 */
export function pace(): number {
  let least = Infinity;
  for (let n = 0; n < tries; n += 1) {
    const began = performance.now();
    walk(steps);
    least = Math.min(least, performance.now() - began);
  }
  return Number(least.toFixed(3));
}

/** Where they lead is given, lest they be left out as of no use. */
function walk(count: number): number {
  let state = 1;
  for (let step = 0; step < count; step += 1)
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
  return state;
}
