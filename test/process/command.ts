import { join, resolve } from "node:path";
import { execa, type Options } from "execa";

const root = resolve(import.meta.dirname, "../..");

/** Starts the command line as a process of its own. */
export function main<const T extends Options = {}>(args: readonly string[], options?: T) {
  return execa(process.execPath, [join(root, "harness/cli/main.ts"), ...args], {
    cwd: root,
    reject: false,
    ...options,
  } as T & { cwd: string; reject: false });
}
