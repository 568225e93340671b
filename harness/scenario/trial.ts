import { Worker } from "node:worker_threads";
import { ScenarioError } from "../errors.ts";
import { said } from "./plain.ts";
import { placeInStack, shown } from "./shown.ts";

/** How long a scenario.ts may take to load. */
export const loadLimitMs = 10_000;

/**
 * Loads a scenario.ts in a thread of its own first, where it can neither end this process nor keep
 * it: one that exits, rejects, or goes on for ever is told, and never loaded here.
 * @throws ScenarioError SCENARIO_NOT_LOADED
 */
export async function tryToLoad(file: string): Promise<void> {
  const worker = new Worker(new URL("trial-worker.ts", import.meta.url), {
    workerData: file,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const limit = setTimeout(() => reject(notLoaded(file, tooLong)), loadLimitMs);
  worker.once("error", (error) => reject(notLoaded(file, error)));
  worker.once("exit", (code) => reject(notLoaded(file, endedWith(code))));
  worker.once("message", (word) =>
    word === "loaded" ? resolve() : reject(notLoaded(file, "has an await that never ends")),
  );
  try {
    await promise;
  } finally {
    clearTimeout(limit);
    await worker.terminate();
  }
}

export const tooLong = `takes more than ${loadLimitMs / 1000} s to load: is there an await that never ends?`;

const endedWith = (code: number) => `ends the process (exit code ${code}) when it is loaded`;

/** A scenario.ts that can't be loaded, with the line where its stack tells one. */
export function notLoaded(file: string, cause: unknown): ScenarioError {
  const text = said(cause).replaceAll(file, shown(file));
  return new ScenarioError(
    "SCENARIO_NOT_LOADED",
    `${shown(file)}${placeInStack(cause, file)}: ${text}`,
    {
      cause,
      hint: "The file must be TypeScript that Node can run by stripping types, and do nothing but export.",
    },
  );
}
