import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeWhole } from "../files.ts";
import { armFile, type PlannedArm, type RunFile } from "./run-file.ts";

export interface RunFolder {
  readonly id: string;
  readonly path: string;
  recordPath(arm: PlannedArm): string;
  logFolder(arm: PlannedArm): Promise<string>;
  save(run: RunFile): Promise<void>;
}

/** Makes the folder of a new run below `out`, and points `latest` to it. */
export async function createRunFolder(out: string): Promise<RunFolder> {
  const stamp = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const id = `${stamp}-${randomBytes(2).toString("hex")}`;
  const path = resolve(out, id);
  await mkdir(join(path, "record"), { recursive: true });
  await mkdir(join(path, "logs"));
  await pointLatest(out, id);
  return {
    id,
    path,
    recordPath: (arm) => join(path, "record", `${armFile(arm)}.ndjson`),
    async logFolder(arm) {
      const folder = join(path, "logs", armFile(arm));
      await mkdir(folder, { recursive: true });
      return folder;
    },
    save: (run) => writeWhole(join(path, "run.json"), `${JSON.stringify(run, null, 2)}\n`),
  };
}

async function pointLatest(out: string, id: string): Promise<void> {
  const link = join(out, "latest");
  await rm(`${link}.new`, { force: true });
  await symlink(id, `${link}.new`);
  await rename(`${link}.new`, link);
}
