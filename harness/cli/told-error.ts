import { inspect } from "node:util";
import { AftershockError, EnvironmentError } from "../errors.ts";
import { cleanText } from "../report/terminal/clean.ts";

const longestLine = 1000;

/** Errors of ours are for the reader; any other is a fault of ours and shows its stack. */
export function toldError(thrown: unknown): string {
  const error = asOurs(thrown);
  const lines = cleanText(`aftershock: ${wordsOf(error)}`).split("\n");
  return lines.map((line) => cutLine(line)).join("\n");
}

/** The error as one of ours, where it is the machine's and can come from anywhere. */
export function asOurs(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException | null | undefined)?.syscall !== "uv_cwd") return error;
  return new EnvironmentError(
    "NO_FOLDER",
    "The folder that this is run in is not there any more.",
    {
      hint: "Go to one that is, and run it again: cd",
      cause: error,
    },
  );
}

/** What a user typed, as it may be shown: cleaned, and cut where it is very long. */
export function toldInput(text: string): string {
  return cutLine(cleanText(text));
}

function wordsOf(error: unknown): string {
  if (error instanceof AftershockError)
    return [error.message, error.hint].filter(Boolean).join("\n");
  try {
    return `internal error\n${error instanceof Error ? error.stack : inspect(error)}`;
  } catch {
    return "internal error"; // anything can be thrown, also what can't be looked at
  }
}

function cutLine(line: string): string {
  return line.length <= longestLine ? line : `${line.slice(0, longestLine)}…`;
}
