import { inspect } from "node:util";
import { AftershockError } from "../errors.ts";
import { cleanText } from "../report/terminal/clean.ts";

const longestLine = 1000;

/** Errors of ours are for the reader; any other is a fault of ours and shows its stack. */
export function toldError(error: unknown): string {
  const lines = cleanText(`aftershock: ${wordsOf(error)}`).split("\n");
  return lines.map((line) => cutLine(line)).join("\n");
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
