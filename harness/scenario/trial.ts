import { fork } from "node:child_process";
import { ScenarioError } from "../errors.ts";
import { moduleBeside } from "../package.ts";
import type { Frame } from "./frame.ts";
import { said } from "./plain.ts";
import { placeInStack, shown } from "./shown.ts";

/** How long a scenario.ts may take to load, and its judge to judge nothing. */
export const loadLimitMs = 10_000;

/** What the process apart, and its thread, are asked to do. */
export interface Task {
  readonly file: string;
  /** Also judge nothing, and tell what is claimed. */
  readonly hear: boolean;
}

/** What the thread says. */
export type Answer = "loaded" | "never ends" | HeardClaims;

/** What it says before, in case that the scenario's drive lets it say no more. */
export interface Draft {
  readonly draft: HeardClaims;
}

/** What the process says: the thread's answer, or why there is none. */
export type Outcome = { readonly answer: Answer } | { readonly refused: string };

/** What a scenario's judge claims where it is shown a record of nothing. */
export interface HeardClaims {
  readonly problems: readonly string[];
  /** Ids of the claims, by list. */
  readonly broken: readonly string[];
  readonly fixed: readonly string[];
  readonly contrast: readonly string[];
  /** Names of its figures. */
  readonly figures: readonly string[];
  /** Names of the code's that nothing defines, whatever a record may hold. */
  readonly slips: readonly Slip[];
  /** The names that the judge asks a record for. */
  readonly asked: Names & { readonly metrics: readonly string[] };
  /** The names that the drive speaks of; there may be more where it is not whole. */
  readonly driven: Names & { readonly besides: readonly string[]; readonly isWhole: boolean };
}

/** A line that throws, and what. */
export interface Slip extends Frame {
  readonly says: string;
}

/** Names of a scenario's things, by kind. */
export interface Names {
  readonly services: readonly string[];
  readonly phases: readonly string[];
  readonly loads: readonly string[];
  readonly observations: readonly string[];
}

/**
 * Loads a scenario.ts in a process of its own, where it can neither end this one nor keep it: one
 * that exits, rejects, or goes on for ever is told, and need not be loaded here.
 * @throws ScenarioError SCENARIO_NOT_LOADED
 */
export async function tryToLoad(file: string): Promise<void> {
  await apart({ file, hear: false });
}

/**
 * What the judge of a scenario.ts claims of nothing, heard in a process of its own.
 * @throws ScenarioError SCENARIO_NOT_LOADED where it comes to no end
 */
export async function hearClaims(file: string): Promise<HeardClaims> {
  const answer = await apart({ file, hear: true });
  if (typeof answer === "string") throw notLoaded(file, answer);
  return answer;
}

/**
 * A thread says more of what goes wrong, but one that waits in a system call, as for a pipe or a
 * program, can't be ended, and this process could not end either. So the thread has a process.
 */
async function apart(task: Task): Promise<Answer> {
  const child = fork(moduleBeside(import.meta, "trial-process"), {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: [],
    detached: true, // what it starts is to end with it
  });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const fail = (cause: unknown) => reject(notLoaded(task.file, cause));
  const limit = setTimeout(() => fail(task.hear ? judgesOn : tooLong), loadLimitMs);
  child.once("error", fail);
  child.once("exit", (code, signal) => fail(endsProcess(code ?? signal ?? "none", task)));
  child.once("message", (outcome: Outcome) =>
    "refused" in outcome ? reject(refused(outcome.refused)) : resolve(outcome.answer),
  );
  child.send(task, () => {}); // one that is gone is heard of by its end
  try {
    return await promise;
  } finally {
    clearTimeout(limit);
    endGroup(child.pid);
  }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // all of it has ended
  }
}

export const endsProcess = (code: number | string, { hear }: Task) =>
  `ends the process (exit code ${code}) when it is ${hear ? "judged" : "loaded"}`;

export const tooLong = `takes more than ${loadLimitMs / 1000} s to load: is there something that never ends?`;

const judgesOn = `its judge takes more than ${loadLimitMs / 1000} s for a record of nothing: is there a loop that never ends?`;

/** A scenario.ts that can't be loaded, with the line where its stack tells one. */
export function notLoaded(file: string, cause: unknown): ScenarioError {
  // Where something else than an error was thrown, Node wraps it in a long sentence of its own.
  const words = said(cause).replace(/^This error originated .* with the reason "(.*)"\.$/, "$1");
  const text = words.replaceAll(file, shown(file));
  return refused(`${shown(file)}${placeInStack(cause, file)}: ${text}`, cause);
}

const refused = (message: string, cause?: unknown) =>
  new ScenarioError("SCENARIO_NOT_LOADED", message, { cause, hint: hintFor(message) });

function hintFor(message: string): string {
  if (message.includes("Cannot find package 'aftershock'"))
    return "Install it in the project that holds the scenario: npm i -D aftershock";
  if (/import statement outside a module|Unexpected token 'export'/.test(message))
    return 'Its package.json makes it CommonJS: name it scenario.mts, or say "type": "module".';
  return "The file must be TypeScript that Node can run by stripping types, and do nothing but export.";
}
