import { readFile, realpath } from "node:fs/promises";
import { faultOfPath, reasonOf } from "../files.ts";

/** What people write by hand is a few kilobytes. */
const LARGEST_BYTES = 1024 * 1024;

export type ReadText = { readonly text: string } | { readonly fault: string };

/**
 * The text of a file in a stranger's folder, or why it is not read, as in "is no ordinary file".
 * Links are followed: where they may lead is for the policy to say.
 */
export async function readText(path: string): Promise<ReadText> {
  try {
    const file = await realpath(path);
    const fault = await faultOfPath(file, "file", LARGEST_BYTES);
    if (fault !== undefined) return { fault };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file)) };
  } catch (error) {
    return {
      fault: error instanceof TypeError ? "is no UTF-8" : `cannot be read: ${reasonOf(error)}`,
    };
  }
}
