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
    beat = Math.max(beat + 1, Math.ceil((now() - start) / periodMs));
    timer = setTimeout(run, start + beat * periodMs - now()).unref();
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
