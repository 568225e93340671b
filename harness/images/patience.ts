import { EnvironmentError } from "../errors.ts";
import type { Progress } from "../progress.ts";

/** How long work on images may take; in milliseconds. */
export interface Patience {
  /** Without a word from the builder or the registry. */
  readonly silentMs: number;
  readonly allMs: number;
  /** Between two words to the user. */
  readonly tellMs: number;
}

/** 20 minutes for one image, or AFTERSHOCK_SETUP_MINUTES; a quarter of it without a word. */
export function patienceOf(env: NodeJS.ProcessEnv = process.env): Patience {
  const allMs = (Number(env["AFTERSHOCK_SETUP_MINUTES"]) || 20) * 60_000;
  return { silentMs: allMs / 4, allMs, tellMs: 10_000 };
}

/**
 * Runs work that may hang. It is given a signal that ends it, and `alive` to call with each sign
 * of life. It ends when the caller's signal or the patience does, also if the work itself doesn't.
 * @throws EnvironmentError TOOK_TOO_LONG
 */
export async function patiently<T>(
  what: string,
  work: (signal: AbortSignal, alive: () => void) => Promise<T>,
  { silentMs, allMs }: Pick<Patience, "silentMs" | "allMs">,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const end = new AbortController();
  const stop = AbortSignal.any([end.signal, ...(signal ? [signal] : [])]);
  const silent = setTimeout(
    () => end.abort(tooLong(what, silentMs, "nothing was heard")),
    silentMs,
  );
  const all = setTimeout(() => end.abort(tooLong(what, allMs, "it did not end")), allMs);
  const stopped = Promise.withResolvers<never>();
  const onStop = () => stopped.reject(stop.reason);
  stop.addEventListener("abort", onStop);
  try {
    return await Promise.race([work(stop, () => silent.refresh()), stopped.promise]);
  } finally {
    clearTimeout(silent);
    clearTimeout(all);
    stop.removeEventListener("abort", onStop);
  }
}

/** Tells what is going on, and for how long, until it is disposed of. */
export function telling(
  progress: Progress,
  what: () => string,
  everyMs = patienceOf().tellMs,
): Disposable {
  if (progress.live) return progress.live(what);
  const began = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    progress.note(`${what()}, for ${seconds} s now`);
  }, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function tooLong(what: string, ms: number, how: string): EnvironmentError {
  const time = ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} minutes`;
  return new EnvironmentError("TOOK_TOO_LONG", `${what}: ${how} for ${time}; given up.`, {
    hint: "A registry or mirror that takes connections and never answers looks like this: try it by hand.\nWhat was built or pulled so far is kept; AFTERSHOCK_SETUP_MINUTES allows one image more than 20.",
  });
}
