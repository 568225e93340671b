import { existsSync } from "node:fs";
import { extname, join } from "node:path";

/** Names that a scenario's main file may have, ours first. */
const fileNames = ["scenario.ts", "scenario.mts", "scenario.js", "scenario.mjs"];

/** Path of the file that says what a folder's scenario is, whether or not it is there. */
export function scenarioFileOf(folder: string): string {
  const name = fileNames.find((one) => existsSync(join(folder, one))) ?? "scenario.ts";
  return join(folder, name);
}

/**
 * The file that is run for one of the lab's own: the same, or in the package, where Node runs no
 * TypeScript, what it was compiled to.
 */
export function compiledFileOf(id: string): string {
  return join(import.meta.dirname, "../../scenarios", id, `scenario${extname(import.meta.url)}`);
}
