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
  /** Most jobs that come up at once: more would only slow each other down. */
  readonly starting: number;
}

/**
 * Runs jobs in their order, as many at once as the capacity holds; a later one may go first where
 * an earlier one doesn't fit. A job too large for the capacity runs alone. A job tells by `isUp`
 * that it has come up; none starts before what it waits for by `ready` is settled. After an abort no
 * further job starts. Ends when all that were started have ended, then throws what one of them threw.
 */
export async function runQueue<T extends Takes>(
  jobs: readonly T[],
  capacity: Capacity,
  run: (job: T, isUp: () => void) => Promise<void>,
  signal: AbortSignal,
  ready: (job: T) => Promise<unknown> = async () => {},
): Promise<void> {
  const waiting = [...jobs];
  const settled = new Set<T>();
  const running = new Set<T>();
  const starting = new Set<T>();
  const failures: unknown[] = [];
  let change = Promise.withResolvers<void>();

  const wake = () => change.resolve();
  signal.addEventListener("abort", wake);
  for (const job of jobs) {
    const settle = () => {
      settled.add(job);
      wake();
    };
    ready(job).then(settle, settle);
  }

  const start = async (job: T) => {
    running.add(job);
    starting.add(job);
    const isUp = () => {
      starting.delete(job);
      wake();
    };
    await run(job, isUp).catch((error: unknown) => failures.push(error));
    starting.delete(job);
    running.delete(job);
    wake();
  };
  const next = () => {
    if (signal.aborted || starting.size >= capacity.starting) return undefined;
    const at = waiting.findIndex((job) => settled.has(job) && fits(job, running, capacity));
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };

  for (;;) {
    for (let job = next(); job; job = next()) void start(job);
    if (running.size === 0 && (waiting.length === 0 || signal.aborted)) break;
    await change.promise;
    change = Promise.withResolvers();
  }
  signal.removeEventListener("abort", wake);
  if (failures.length > 0) throw failures[0];
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
