import { inspect } from "node:util";

/** Exit codes of the command line. Each outcome has exactly one; they are a contract. */
export const ExitCode = {
  ok: 0,
  claimFailed: 1,
  inconclusive: 2,
  usage: 64,
  invalidScenario: 65,
  environment: 69,
  internal: 70,
  leftBehind: 75,
  interrupted: 130,
  terminated: 143,
} as const;

export interface ErrorDetails {
  /** What the reader can do about it, as one or more plain lines. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Base of every error that Aftershock raises on purpose.
 * `code` is stable and can be relied on; `message` and `hint` are for people.
 */
export abstract class AftershockError extends Error {
  abstract readonly exitCode: number;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, { hint, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }
}

/** The command line was used wrongly: unknown verb, flag, scenario or arm. */
export class UsageError extends AftershockError {
  readonly exitCode = ExitCode.usage;
}

/** A scenario's files do not say what they must; the message names file and line. */
export class ScenarioError extends AftershockError {
  readonly exitCode = ExitCode.invalidScenario;
}

/** A folder that holds no run, or not as a run left it. */
export class RunFolderError extends AftershockError {
  readonly exitCode = ExitCode.invalidScenario;
}

/** The machine cannot do it: no engine, no disk, no memory, an image that cannot be built. */
export class EnvironmentError extends AftershockError {
  readonly exitCode = ExitCode.environment;
}

/** The replay ran, but what it saw is not enough to judge. */
export class InconclusiveError extends AftershockError {
  readonly exitCode = ExitCode.inconclusive;
}

/** The system under test does not do what it is for: a result, as a failed claim is. */
export class JobNotDoneError extends AftershockError {
  readonly exitCode = ExitCode.claimFailed;
}

/**
 * An error in words for a record, which names no path and no line of this machine: the message of
 * ours, and of any other its name and the first line of what it says. For the rest, see `traceOf`.
 */
export function messageOf(error: unknown): string {
  if (error instanceof AftershockError) return error.message;
  if (!(error instanceof Error)) return `${shortly(error)} was thrown, which is no error`;
  const [line = ""] = error.message.split("\n");
  return withoutPaths(line === "" ? error.name : `${error.name}: ${line}`).slice(0, 500);
}

/** All that is known of an error, for logs: its stack, those of its causes, and its own words. */
export function traceOf(error: unknown): string {
  return inspect(error, { depth: 4, maxStringLength: 10_000 });
}

/** "/home/anna/lab/x.ts" and "file:///home/anna/lab/x.ts:3" are told by their last name. */
const withoutPaths = (text: string) =>
  text.replace(/(?:file:\/\/|(?<![\w.:/]))\/(?:[^\s/'"`:,()]+\/)+/g, "");

const shortly = (value: unknown) =>
  inspect(value, { depth: 1, maxStringLength: 200 }).slice(0, 300);
