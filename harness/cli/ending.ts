import { writeSync } from "node:fs";
import { ExitCode, InconclusiveError } from "../errors.ts";
import { reasonOf } from "../files.ts";
import { toldError } from "./told-error.ts";

/**
 * How the process ends. The verb alone decides the exit code, as 1 means that a claim failed and
 * nothing else: Node's own 1 for a fault that nobody caught, for an output that is gone, or for a
 * `process.exit` in a scenario is none of ours.
 */
const exit = process.exit.bind(process);
let code: number | undefined;
let endInOrder: (() => unknown) | undefined;
let faults = 0;
const lost = new Map<NodeJS.WriteStream, NodeJS.ErrnoException>();

/** From now on the process ends by `end` and `endAtOnce`, or with 70. */
export function guardEnding(): void {
  process.exit = () => {
    throw new InconclusiveError("EXIT_CALLED", "A scenario called process.exit.");
  };
  process.on("uncaughtException", fault);
  process.on("exit", settle);
  // Who no longer listens, as `head`, ends the telling and not what is being done.
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!lost.has(stream)) lost.set(stream, error);
    });
}

/** Tells a fault of ours, and ends: what is under way in order, if it said how, else at once. */
export function fault(error: unknown): void {
  faults += 1;
  if (faults > 1) return; // one that comes again and again is told once
  process.stderr.write(`${toldError(error)}\n`);
  if (endInOrder) endInOrder();
  else endAtOnce(ExitCode.internal);
}

/** What brings that which is under way to its end in order, at a fault; undefined when it is over. */
export function onFault(take: (() => unknown) | undefined): void {
  endInOrder = take;
}

/**
 * Ends with this code when all that was told is written, whatever timers a scenario has left.
 * `needsOutput`: standard output was what the verb is for, and it is no success without it.
 */
export async function end(verdict: number, needsOutput: boolean): Promise<void> {
  await Promise.all([written(process.stdout), written(process.stderr)]);
  const silent = tellLost(needsOutput);
  endAtOnce(silent && verdict <= ExitCode.inconclusive ? ExitCode.environment : verdict);
}

/** Ends with this code now; what is under way is left to the watchdog. */
export function endAtOnce(verdict: number): never {
  code = verdict;
  process.off("exit", settle).on("exit", settle); // whoever else listens does not say the last word
  return exit(verdict);
}

function settle(): void {
  if (code === undefined) writeLast("aftershock: ended before it was done\n");
  process.exitCode = code ?? ExitCode.internal;
  // aftershock.js believes no code that was not said: Node has codes of its own.
  if (process.connected) process.send?.({ exitCode: process.exitCode }, () => {});
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => void stream.write("", () => done()));
}

/** Tells on the one stream what the other did not take; whether the output is lost that was needed. */
function tellLost(needsOutput: boolean): boolean {
  const [out, err] = [process.stdout, process.stderr].map((stream) => lost.get(stream));
  const tell = (what: string, error: Error) =>
    `aftershock: standard ${what} could not be written: ${reasonOf(error)}\n`;
  if (out && out.code !== "EPIPE") process.stderr.write(tell("output", out));
  if (err && err.code !== "EPIPE" && !needsOutput) process.stdout.write(tell("error", err));
  return needsOutput && out !== undefined && out.code !== "EPIPE";
}

/** The last word, when no stream will be waited for any more. */
function writeLast(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // nobody is there to read it
  }
}
