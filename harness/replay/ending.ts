import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  AftershockError,
  EnvironmentError,
  JobNotDoneError,
  messageOf,
  traceOf,
} from "../errors.ts";
import type { TailRow } from "../record/schema.ts";
import { frameBelow } from "../scenario/frame.ts";

/** How an arm's run ended, and why. */
export type Ending = Pick<TailRow, "outcome" | "reason">;

/**
 * The end of an arm by what was thrown; `signal` is the user's.
 * @param folder of the scenario, if it may be told: what its code threw is then told with the line
 */
export function endingOf(error: unknown, signal: AbortSignal, folder?: string): Ending {
  if (signal.aborted) return { outcome: "interrupted", reason: "interrupted" };
  return { outcome: outcomeOf(error), reason: `${messageOf(error)}${placeOf(error, folder)}` };
}

/** Errors of ours say themselves what it was about. */
function placeOf(error: unknown, folder: string | undefined): string {
  if (error instanceof AftershockError || folder === undefined) return "";
  const frame = frameBelow(error, folder);
  return frame ? ` (${frame.path}:${frame.line})` : "";
}

/** The stack of what went wrong, for who mends it: the record has the sentence. */
export async function keepTrace(folder: string, error: unknown): Promise<void> {
  const file = join(folder, "error.log");
  await writeFile(file, `${traceOf(error)}\n`, { flag: "a" }).catch(() => {});
}

function outcomeOf(error: unknown): TailRow["outcome"] {
  if (error instanceof JobNotDoneError) return "job-not-done";
  return error instanceof EnvironmentError ? "environment" : "inconclusive";
}
