import { join, resolve } from "node:path";
import { execa, type Options } from "execa";

const root = resolve(import.meta.dirname, "../..");

/** Starts the command line as users do: by the plain JavaScript that sets up and hands over. */
export const aftershock = command("aftershock.js");
/** Starts the command line itself, with this Node. */
export const main = command("main.ts");

function command(file: string) {
  return <const T extends Options = {}>(args: readonly string[], options?: T) =>
    execa(process.execPath, [join(root, "harness/cli", file), ...args], {
      cwd: root,
      reject: false,
      ...options,
    } as T & { cwd: string; reject: false });
}
