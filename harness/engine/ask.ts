import { bounded } from "./bounded.ts";
import { EnvironmentError } from "../errors.ts";

/** Longer than an engine that is frozen for half a minute, or busy with all that runs on it. */
const answerWithinMs = 60_000;

export interface AskOptions {
  /** How long the answer may take, milliseconds. */
  readonly withinMs?: number;
  /** Ends the waiting at once, with its own reason. */
  readonly signal?: AbortSignal;
}

/**
 * Asks the engine one thing; `what` says it in a message, e.g. "Listing containers". What the
 * engine refuses is thrown as dockerode throws it, with its `statusCode`.
 * @throws EnvironmentError ENGINE_SILENT where no answer comes in time, ENGINE_GONE where there is
 *   no engine any more
 */
export async function ask<T>(
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
  { withinMs = answerWithinMs, signal }: AskOptions = {},
): Promise<T> {
  try {
    return await bounded(what, withinMs, call, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw goneOr(cause, what);
  }
}

/** An error of the connection means that the engine is gone; any other is given back as it is. */
export function goneOr(cause: unknown, what: string): unknown {
  const code = (cause as NodeJS.ErrnoException | null | undefined)?.code ?? "";
  if (!connectionCodes.has(code)) return cause;
  const message = `${what} failed: the engine is not there any more (${code}).`;
  const hint = "Is it still running? Its own log says why it ended.";
  return new EnvironmentError("ENGINE_GONE", message, { hint, cause });
}

const connectionCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "ENOENT", // the socket's file
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** The HTTP status of what the engine refused; undefined for any other error. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { statusCode?: number } | null | undefined)?.statusCode;

/** The engine's own words in what dockerode throws: "(HTTP code 409) unexpected - WORDS". */
export const wordsOf = (error: unknown): string =>
  (error as Error).message
    .replace(/^\(HTTP code \d+\) [^-]*- /, "")
    .split("\n")[0]!
    .trim();
