import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";
import { reasonOf } from "../files.ts";
import { shown } from "../scenario/shown.ts";

/** What to do about it, of a run's folder. */
const OTHER_FOLDER = "Name another folder for the run: --out DIR";

/**
 * Does what writes below a path.
 * @throws EnvironmentError NOT_WRITABLE with that hint where the disk doesn't take it; anything else
 *   as it is
 */
export async function writing<T>(
  path: string,
  work: () => Promise<T>,
  hint = OTHER_FOLDER,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw isOfTheDisk(cause) ? notWritable(path, cause, hint) : cause;
  }
}

/** Writes into a folder that is there, and takes it away again. Throws what the system says against it. */
export async function tryToWrite(folder: string): Promise<void> {
  const probe = join(folder, `.probe-${randomBytes(6).toString("hex")}`);
  try {
    // As large as the first of a record: a full disk takes an empty file.
    await writeFile(probe, Buffer.alloc(64 * 1024, "\n"), { flag: "wx" });
  } finally {
    await rm(probe, { force: true });
  }
}

/** Why a path can't be made or filled. */
export function notWritable(path: string, cause: unknown, hint = OTHER_FOLDER): EnvironmentError {
  const message = `${shown(path)} cannot be written: ${reasonOf(cause)}.`;
  return new EnvironmentError("NOT_WRITABLE", message, { hint, cause });
}

const isOfTheDisk = (error: unknown) =>
  typeof (error as NodeJS.ErrnoException).errno === "number" &&
  (error as NodeJS.ErrnoException).syscall !== undefined;
