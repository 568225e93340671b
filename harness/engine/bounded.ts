import { EnvironmentError } from "../errors.ts";

/**
 * Gives what `call` gives, or fails with ENGINE_SILENT after `ms` milliseconds: an engine that is
 * frozen, or whose machine is, keeps its connections open and never answers. `call` gets a signal
 * to hand to dockerode (`abortSignal`) or execa (`cancelSignal`); the wait ends also where it is
 * not honoured. When `outer` aborts, it fails at once with that signal's reason.
 */
export async function bounded<T>(
  what: string,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  outer?.throwIfAborted();
  const ending = new AbortController();
  const ended = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    ended.reject(reason);
    ending.abort(reason);
  };
  const timer = setTimeout(() => end(silence(what, ms)), ms);
  const leave = (): void => end(outer?.reason);
  outer?.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([call(ending.signal), ended.promise]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", leave);
  }
}

function silence(what: string, ms: number): EnvironmentError {
  const seconds = Math.round(ms / 10) / 100;
  return new EnvironmentError(
    "ENGINE_SILENT",
    `${what} had no answer from the engine within ${seconds} s.`,
    {
      hint: "Is it stopped, paused or overloaded? `aftershock engine status` and `aftershock doctor` tell.",
    },
  );
}
