/**
 * Calls `tick` every `periodMs`, without drift: each beat is planned from the first one, and
 * beats that were missed are left out. `now` is a monotonic clock in milliseconds.
 */
export function startTicker(
  now: () => number,
  periodMs: number,
  tick: () => void,
): { stop(): void } {
  const start = now();
  let beat = 0;
  let timer: NodeJS.Timeout;
  let stopped = false;
  const plan = () => {
    // One look at the clock: at a second one the moment could have passed.
    const since = now() - start;
    beat = Math.max(beat + 1, Math.ceil(since / periodMs));
    timer = setTimeout(run, beat * periodMs - since).unref();
  };
  const run = () => {
    tick();
    if (!stopped) plan();
  };
  plan();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
