import { estimate, type Timed } from "./estimate.ts";
import type { Capacity } from "./queue.ts";

/** Keeps account of what of a run is still to come. */
export interface Remaining<T> {
  began(job: T): void;
  ended(job: T): void;
}

/** Tells about how many seconds a queue still takes, at first and whenever a job begins or ends. */
export function remainingOf<T extends Timed>(
  jobs: readonly T[],
  capacity: Capacity,
  tell: (seconds: number) => void,
): Remaining<T> {
  const waiting = new Set(jobs);
  const underway = new Map<T, number>();
  const tellNow = () => {
    const now = performance.now();
    const running = [...underway].map(([job, since]) => ({ job, forSeconds: (now - since) / 1000 }));
    tell(estimate([...waiting], capacity, running));
  };
  tellNow();
  return {
    began(job) {
      waiting.delete(job);
      underway.set(job, performance.now());
      tellNow();
    },
    ended(job) {
      underway.delete(job);
      tellNow();
    },
  };
}
