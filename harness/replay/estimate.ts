import { fits, type Capacity, type Takes } from "./queue.ts";

/** A job, and how long it is expected to take. */
export interface Timed extends Takes {
  readonly seconds: number;
}

/** A running job, and for how long it has been. */
export interface Underway {
  readonly job: Timed;
  readonly forSeconds: number;
}

/** About how long an arm takes to come up, seconds: until then it counts among those that start. */
const UP = 3;
/** What has taken longer than it was expected to is not known to be about to end. */
const AT_LEAST = 1;

/**
 * About how long jobs take in this order, seconds, beside those that already run: the queue, played
 * with the times that they declare. What images take to build is not in it.
 */
export function estimate(
  jobs: readonly Timed[],
  capacity: Capacity,
  underway: readonly Underway[] = [],
): number {
  const waiting = [...jobs];
  const running = new Map<Timed, { readonly up: number; readonly end: number }>(
    underway.map(({ job, forSeconds }) => {
      const end = Math.max(AT_LEAST, job.seconds - forSeconds);
      return [job, { up: Math.min(end, UP - forSeconds), end }];
    }),
  );
  for (let now = 0; ;) {
    const times = [...running.values()];
    const starting = times.filter(({ up }) => up > now).length;
    const at = waiting.findIndex((job) => fits(job, running.keys(), capacity));
    if (at >= 0 && starting < capacity.starting) {
      const [job] = waiting.splice(at, 1) as [Timed];
      running.set(job, { up: now + Math.min(UP, job.seconds), end: now + job.seconds });
      continue;
    }
    if (running.size === 0) return now;
    now = Math.min(...times.flatMap(({ up, end }) => (up > now ? [up, end] : [end])));
    for (const [job, { end }] of running) if (end <= now) running.delete(job);
  }
}
