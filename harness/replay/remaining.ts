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
  let [took, declared] = [0, 0];
  const tellNow = () => {
    // A machine that was slower than declared will be so again.
    const pace = declared > 0 ? Math.max(1, took / declared) : 1;
    const now = performance.now();
    const running = [...underway].map(([job, since]) => {
      return { job, forSeconds: (now - since) / 1000 / pace };
    });
    tell(pace * estimate([...waiting], capacity, running));
  };
  tellNow();
  return {
    began(job) {
      waiting.delete(job);
      underway.set(job, performance.now());
      tellNow();
    },
    ended(job) {
      took += (performance.now() - (underway.get(job) ?? 0)) / 1000;
      declared += job.seconds;
      underway.delete(job);
      tellNow();
    },
  };
}
