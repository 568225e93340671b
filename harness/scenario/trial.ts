import { Worker } from "node:worker_threads";
import { ScenarioError } from "../errors.ts";
import { said } from "./plain.ts";
import { placeInStack, shown } from "./shown.ts";

/** How long a scenario.ts may take to load, and its judge to judge nothing. */
export const loadLimitMs = 10_000;

/** What the thread is asked to do. */
export interface Task {
  readonly file: string;
  /** Also judge nothing, and tell what is claimed. */
  readonly hear: boolean;
}

/** What the thread says. */
export type Answer = "loaded" | "never ends" | HeardClaims;

/** What a scenario's judge claims where it is shown a record of nothing. */
export interface HeardClaims {
  readonly problems: readonly string[];
  /** Ids of the claims, by list. */
  readonly broken: readonly string[];
  readonly fixed: readonly string[];
  /** Services that it asks for. */
  readonly services: readonly string[];
}

/**
 * Loads a scenario.ts in a thread of its own, where it can neither end this process nor keep it:
 * one that exits, rejects, or goes on for ever is told, and need not be loaded here.
 * @throws ScenarioError SCENARIO_NOT_LOADED
 */
export async function tryToLoad(file: string): Promise<void> {
  await inThread({ file, hear: false });
}

/**
 * What the judge of a scenario.ts claims of nothing, heard in a thread of its own.
 * @throws ScenarioError SCENARIO_NOT_LOADED where it comes to no end
 */
export async function hearClaims(file: string): Promise<HeardClaims> {
  const answer = await inThread({ file, hear: true });
  if (typeof answer === "string") throw notLoaded(file, answer);
  return answer;
}

async function inThread(task: Task): Promise<Answer> {
  const worker = new Worker(new URL("trial-worker.ts", import.meta.url), {
    workerData: task,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const fail = (cause: unknown) => reject(notLoaded(task.file, cause));
  const limit = setTimeout(() => fail(task.hear ? judgesOn : tooLong), loadLimitMs);
  worker.once("error", fail);
  worker.once("exit", (code) =>
    fail(`ends the process (exit code ${code}) when it is ${task.hear ? "judged" : "loaded"}`),
  );
  worker.once("message", (answer: Answer) =>
    answer === "never ends" ? fail("has an await that never ends") : resolve(answer),
  );
  try {
    return await promise;
  } finally {
    clearTimeout(limit);
    await worker.terminate();
  }
}

export const tooLong = `takes more than ${loadLimitMs / 1000} s to load: is there something that never ends?`;

const judgesOn = `its judge takes more than ${loadLimitMs / 1000} s for a record of nothing: is there a loop that never ends?`;

/** A scenario.ts that can't be loaded, with the line where its stack tells one. */
export function notLoaded(file: string, cause: unknown): ScenarioError {
  // Where something else than an error was thrown, Node wraps it in a long sentence of its own.
  const words = said(cause).replace(/^This error originated .* with the reason "(.*)"\.$/, "$1");
  const text = words.replaceAll(file, shown(file));
  return new ScenarioError(
    "SCENARIO_NOT_LOADED",
    `${shown(file)}${placeInStack(cause, file)}: ${text}`,
    {
      cause,
      hint: "The file must be TypeScript that Node can run by stripping types, and do nothing but export.",
    },
  );
}
