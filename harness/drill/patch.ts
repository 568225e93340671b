import { writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { execa } from "execa";
import { closedEnvironment } from "../engine/environment.ts";
import { MiB } from "../judge/units.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Writes what was changed in a workspace as a patch, by the machine's own `diff`, whose input it is
 * and no more; false where there is no such program. The workspace holds ordinary files alone.
 */
export async function writePatch({ folder, before }: Workspace, file: string): Promise<boolean> {
  const { exitCode, stdout } = await execa(
    "diff",
    ["-ruN", "--exclude=.git", basename(before), basename(folder)],
    {
      cwd: dirname(before),
      env: { ...closedEnvironment(process.env), LC_ALL: "C" },
      extendEnv: false,
      stdin: "ignore",
      reject: false,
      stripFinalNewline: false,
      timeout: 10_000,
      maxBuffer: 16 * MiB,
    },
  );
  if (exitCode !== 0 && exitCode !== 1) return false;
  await writeFile(file, stdout);
  return true;
}
