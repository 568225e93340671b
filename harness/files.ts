import { randomBytes } from "node:crypto";
import { lstat, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { getSystemErrorMessage } from "node:util";

/**
 * Writes a file whole or not at all: a reader never sees half of it. What stands under the name is
 * replaced, also a link, and never what a link points to: the folder may be from anywhere.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString("hex")}`);
  try {
    await writeFile(part, content, { flag: "wx" });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}); // what went wrong first is what is told
    throw error;
  }
}

/**
 * What keeps a path from being read as a file or folder of its own, as in "run.json is a link";
 * undefined if nothing does. A link may lead anywhere, a fifo or a device may never end.
 */
export async function faultOfPath(
  path: string,
  kind: "file" | "folder",
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<string | undefined> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return "is a link";
    if (kind === "folder") return found.isDirectory() ? undefined : "is no folder";
    if (!found.isFile()) return "is no ordinary file";
    return found.size > mostBytes ? `is larger than ${mostBytes} bytes` : undefined;
  } catch (error) {
    return isMissing(error) ? "is missing" : `cannot be read: ${reasonOf(error)}`;
  }
}

/** A moment as a part of a file's name, UTC: "20260131-142206". */
export const stampOf = (moment: Date): string =>
  moment.toISOString().replaceAll(/[-:]/g, "").replace("T", "-").slice(0, 15);

/** Why the system refused, in its own words and without a path: "permission denied". */
export function reasonOf(error: unknown): string {
  const { errno } = error as NodeJS.ErrnoException;
  if (typeof errno === "number") return getSystemErrorMessage(errno);
  return error instanceof Error ? error.message : String(error);
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
