/** What an arm is waiting for: so that a wait without end can be told in words. */
export interface Doing {
  /** Gives what `work` gives; until then, this is what is waited for. */
  during<T>(what: string, work: Promise<T>): Promise<T>;
  /** What is waited for now, the latest first; undefined if it is nothing that we know of. */
  now(): string | undefined;
}

export function createDoing(): Doing {
  const underway = new Set<{ readonly what: string }>();
  return {
    async during(what, work) {
      const entry = { what };
      underway.add(entry);
      try {
        return await work;
      } finally {
        underway.delete(entry);
      }
    },
    now: () => [...underway].at(-1)?.what,
  };
}

/**
 * Gives what `work` gives, or throws the signal's reason as soon as it aborts: also for work that
 * pays no heed to it. Then the work has `graceMs` to come to its own end.
 */
export async function whileNot<T>(
  signal: AbortSignal,
  work: Promise<T>,
  graceMs: number,
): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted.promise]);
  } catch (error) {
    if (signal.aborted) await settledWithin(graceMs, work);
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Done when the work has ended, however, or when the time is over. */
export async function settledWithin(ms: number, work: Promise<unknown>): Promise<void> {
  const time = Promise.withResolvers<void>();
  const timer = setTimeout(time.resolve, ms);
  await Promise.race([work.catch(() => {}), time.promise]);
  clearTimeout(timer);
}
