import { randomBytes } from "node:crypto";
import { mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { makeFolder } from "../cache-folder.js";
import { stampOf, writeWhole } from "../files.ts";
import { armFile, type PlannedArm, type RunFile } from "./run-file.ts";
import { tryToWrite, writing } from "./writable.ts";

export interface RunFolder {
  readonly id: string;
  readonly path: string;
  recordPath(arm: PlannedArm): string;
  logFolder(arm: PlannedArm): Promise<string>;
  /** Puts an arm's record and logs below `disturbed`, so that it can be played again. */
  setAside(arm: PlannedArm): Promise<void>;
  save(run: RunFile): Promise<void>;
}

/**
 * Makes sure that a run's folder can be made below `out`: before anything else is done for it.
 * @throws EnvironmentError NOT_WRITABLE
 */
export async function checkWritable(out: string): Promise<void> {
  await writing(out, async () => {
    makeFolder(out);
    await tryToWrite(out);
  });
}

/**
 * Makes the folder of a new run below `out`, and points `latest` to it. It is called by the run's id,
 * or by the next number, `numbered` or above.
 */
export async function createRunFolder(
  out: string,
  { numbered }: { readonly numbered?: number } = {},
): Promise<RunFolder> {
  const { id, name } = await writing(out, () => newFolder(out, numbered));
  const path = resolve(out, name);
  await writing(path, async () => {
    await mkdir(join(path, "record"));
    await mkdir(join(path, "logs"));
  });
  await pointLatest(out, name);
  return {
    id,
    path,
    recordPath: (arm) => join(path, "record", `${armFile(arm)}.ndjson`),
    async logFolder(arm) {
      const folder = join(path, "logs", armFile(arm));
      await mkdir(folder, { recursive: true });
      return folder;
    },
    async setAside(arm) {
      // The record last: where that fails, it is still what is judged.
      for (const place of [`logs/${armFile(arm)}`, `record/${armFile(arm)}.ndjson`]) {
        const aside = join(path, "disturbed", place);
        await mkdir(dirname(aside), { recursive: true });
        await rename(join(path, place), aside);
      }
    },
    save: (run) =>
      writing(path, () => writeWhole(join(path, "run.json"), `${JSON.stringify(run, null, 2)}\n`)),
  };
}

/** Takes a run's folder away; `latest`, where it points to it, goes to the newest that is left. */
export async function removeRunFolder(path: string): Promise<void> {
  const [out, name] = [dirname(path), basename(path)];
  await rm(path, { recursive: true, force: true });
  if ((await readlink(join(out, "latest")).catch(() => "")) !== name) return;
  const left = (await readdir(out, { withFileTypes: true })).filter((one) => one.isDirectory());
  const newest = left
    .map((one) => one.name)
    .toSorted(inOrder.compare)
    .at(-1);
  if (newest === undefined) await rm(join(out, "latest"));
  else await pointLatest(out, newest);
}

/** Numbers by what they count, times as they come. */
const inOrder = new Intl.Collator("en", { numeric: true });

/** The number that the next numbered run below `out` is called by. */
export async function nextNumber(out: string): Promise<number> {
  return (await highestIn(out).catch(() => 0)) + 1;
}

/** A name that no other run has taken, also none that began in the same second. */
async function newFolder(out: string, numbered?: number) {
  makeFolder(out);
  const stamp = stampOf(new Date());
  for (;;) {
    const id = `${stamp}-${randomBytes(2).toString("hex")}`;
    const name = numbered === undefined ? id : `${Math.max(numbered, await nextNumber(out))}`;
    try {
      await mkdir(join(out, name));
      return { id, name };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** The highest number that something there is called by. */
async function highestIn(out: string): Promise<number> {
  const names = await readdir(out);
  return Math.max(0, ...names.filter((name) => /^[1-9]\d{0,8}$/.test(name)).map(Number));
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
