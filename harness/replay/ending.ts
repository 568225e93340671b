import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError, JobNotDoneError, messageOf, traceOf } from "../errors.ts";
import type { TailRow } from "../record/schema.ts";

/** How an arm's run ended, and why. */
export type Ending = Pick<TailRow, "outcome" | "reason">;

/** The end of an arm by what was thrown; `signal` is the user's. */
export function endingOf(error: unknown, signal: AbortSignal): Ending {
  if (signal.aborted) return { outcome: "interrupted", reason: "interrupted" };
  return { outcome: outcomeOf(error), reason: messageOf(error) };
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
