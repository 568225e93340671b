/**
 * Milliseconds by a clock that nobody sets, the same in every process (`performance.now()` counts
 * from the beginning of its own). Samples are timed by it alone.
 */
export function steady(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/**
 * Notices when the wall clock is set, or the machine has slept: gives back a function that says
 * by how many milliseconds the wall clock has gone ahead of the steady one since it was last
 * asked; 0 unless it is more than a second.
 */
export function clockJumps(
  wall: () => number = Date.now,
  steadily: () => number = steady,
): () => number {
  let apart = wall() - steadily();
  return () => {
    const now = wall() - steadily();
    const jump = now - apart;
    apart = now;
    return Math.abs(jump) > 1000 ? Math.round(jump) : 0;
  };
}
