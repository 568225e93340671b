import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { EnvironmentError, messageOf, UsageError } from "../errors.ts";
import type { EngineFacts, Role } from "../record/schema.ts";
import { shown } from "../scenario/shown.ts";

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
  /** Why nobody could look for leftovers, where that is so. */
  readonly unaudited?: string;
}

export interface PlannedArm {
  readonly scenario: string;
  readonly arm: string;
  readonly role: Role;
  readonly repeat: number;
  /** Why its record doesn't tell what happened, where it could not be written: `environment`. */
  readonly unrecorded?: string;
}

export interface RunFolder {
  readonly id: string;
  readonly path: string;
  recordPath(arm: PlannedArm): string;
  logFolder(arm: PlannedArm): Promise<string>;
  save(run: RunFile): Promise<void>;
}

/**
 * Makes sure that a run's folder can be made below `out`: before anything else is done for it.
 * @throws EnvironmentError NOT_WRITABLE
 */
export async function checkWritable(out: string): Promise<void> {
  const probe = join(out, `.probe-${randomBytes(6).toString("hex")}`);
  await writing(out, async () => {
    await mkdir(out, { recursive: true });
    // As large as the first of a record: a full disk takes an empty file.
    await writeFile(probe, Buffer.alloc(64 * 1024, "\n"), { flag: "wx" }).finally(() =>
      rm(probe, { force: true }),
    );
  });
}

/** Makes the folder of a new run below `out`, and points `latest` to it. */
export async function createRunFolder(out: string): Promise<RunFolder> {
  const id = await writing(out, () => newFolder(out));
  const path = resolve(out, id);
  await writing(path, async () => {
    await mkdir(join(path, "record"));
    await mkdir(join(path, "logs"));
  });
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
    save: (run) =>
      writing(path, () =>
        writeWhole(join(path, "run.json"), `${JSON.stringify(run, null, 2)}\n`),
      ),
  };
}

/** A name that no other run has taken, also none that began in the same second. */
async function newFolder(out: string): Promise<string> {
  await mkdir(out, { recursive: true });
  const stamp = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  for (;;) {
    const id = `${stamp}-${randomBytes(2).toString("hex")}`;
    try {
      await mkdir(join(out, id));
      return id;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/**
 * Does what writes into a run's folder.
 * @throws EnvironmentError NOT_WRITABLE where the disk doesn't take it; anything else as it is
 */
export async function writing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isOfTheDisk(cause)) throw cause;
    throw new EnvironmentError(
      "NOT_WRITABLE",
      `${shown(folder)} cannot be written: ${noRoom(cause)}.`,
      { hint: "Name another folder for the run: --out DIR", cause },
    );
  }
}

/** Why a file could not be written, in words; of anything else its message. */
export function noRoom(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const code = codeOf(error) ?? codeOf(cause);
  const words = code === undefined ? undefined : diskWords[code];
  return words === undefined ? messageOf(error) : `${words} (${code})`;
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code;
const isOfTheDisk = (error: unknown) => (codeOf(error) ?? "") in diskWords;

const diskWords: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  EROFS: "it is read-only",
  EACCES: "it is forbidden",
  EPERM: "it is forbidden",
  ENOTDIR: "it is no folder",
  EEXIST: "it is no folder",
  ENOENT: "it is not there and cannot be made",
  EISDIR: "a folder is where a file should be",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EIO: "the disk failed",
  EFBIG: "the file is too large",
};

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

/** A help for people: no run is lost for it. Others may do the same at this moment. */
async function pointLatest(out: string, id: string): Promise<void> {
  const fresh = join(out, `.latest-${id}`);
  try {
    await symlink(id, fresh);
    await rename(fresh, join(out, "latest"));
  } catch {
    await rm(fresh, { force: true }).catch(() => {});
  }
}
