/**
 * Notices when the wall clock is set, or the machine has slept: gives back a function that says
 * by how many milliseconds the wall clock has gone ahead of the steady one since it was last
 * asked; 0 unless it is more than a second. Samples are timed by the steady clock alone.
 */
export function clockJumps(
  wall: () => number = Date.now,
  steady: () => number = () => performance.now(),
): () => number {
  let apart = wall() - steady();
  return () => {
    const now = wall() - steady();
    const jump = now - apart;
    apart = now;
    return Math.abs(jump) > 1000 ? Math.round(jump) : 0;
  };
}
