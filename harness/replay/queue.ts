/** What a job takes while it runs. */
export interface Takes {
  readonly memory: number;
  readonly cpus: number;
  readonly exclusive: boolean;
}

export interface Capacity {
  readonly memory: number;
  readonly cpus: number;
  /** Most jobs at once. */
  readonly jobs: number;
}

/**
 * Runs jobs in their order, as many at once as the capacity holds; a later one may go first where
 * an earlier one doesn't fit. A job too large for the capacity runs alone. After an abort no
 * further job starts. Ends when all that were started have ended; `run` must not throw.
 */
export async function runQueue<T extends Takes>(
  jobs: readonly T[],
  capacity: Capacity,
  run: (job: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...jobs];
  const running = new Map<T, Promise<void>>();
  while (!signal.aborted || running.size > 0) {
    for (;;) {
      const next = signal.aborted
        ? -1
        : waiting.findIndex((job) => fits(job, running.keys(), capacity));
      const [job] = next < 0 ? [] : waiting.splice(next, 1);
      if (!job) break;
      running.set(
        job,
        run(job).finally(() => running.delete(job)),
      );
    }
    if (running.size === 0) return;
    await Promise.race(running.values());
  }
}

/** Whether a job may start beside those that run. */
export function fits(job: Takes, running: Iterable<Takes>, capacity: Capacity): boolean {
  const others = [...running];
  if (others.length === 0) return true;
  if (job.exclusive || others.some(({ exclusive }) => exclusive)) return false;
  const total = (of: (takes: Takes) => number) => others.reduce((sum, o) => sum + of(o), of(job));
  return (
    others.length < capacity.jobs &&
    total(({ memory }) => memory) <= capacity.memory &&
    total(({ cpus }) => cpus) <= capacity.cpus
  );
}
