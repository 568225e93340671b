import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import type { EngineFacts, Role } from "../record/schema.ts";

/** run.json: what a run set out to do, and how far it came. */
export interface RunFile {
  readonly schema: "aftershock/run@1";
  readonly id: string;
  /** "running" in a folder that nobody writes any more means that the run was killed. */
  readonly status: "running" | "complete" | "interrupted";
  readonly startedAt: string;
  readonly durationMs: number;
  readonly engine: EngineFacts;
  readonly plan: readonly PlannedArm[];
  /** What carried the run's label when all was taken down: should be nothing. */
  readonly leftovers: readonly string[];
}

export interface PlannedArm {
  readonly scenario: string;
  readonly arm: string;
  readonly role: Role;
  readonly repeat: number;
}

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

/**
 * Reads the run.json of a run's folder.
 * @throws UsageError where the folder is no run's
 */
export async function readRunFile(folder: string): Promise<RunFile> {
  const file = join(folder, "run.json");
  if (!existsSync(file))
    throw new UsageError("NO_RUN", `${folder} holds no run: run.json is missing.`, {
      hint: "Give the folder of a run, e.g. runs/latest.",
    });
  const run = JSON.parse(await readFile(file, "utf8")) as Partial<RunFile>;
  if (run.schema !== "aftershock/run@1")
    throw new UsageError("NO_RUN", `${file} is of another kind: ${String(run.schema)}.`, {
      hint: "This version reads aftershock/run@1.",
    });
  return run as RunFile;
}

/** "boto-close.broken.1": the name of everything that belongs to one run of an arm. */
export const armFile = ({ scenario, arm, repeat }: PlannedArm) => `${scenario}.${arm}.${repeat}`;

/** A reader never sees half a file. */
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}

async function pointLatest(out: string, id: string): Promise<void> {
  const link = join(out, "latest");
  await rm(`${link}.new`, { force: true });
  await symlink(id, `${link}.new`);
  await rename(`${link}.new`, link);
}
