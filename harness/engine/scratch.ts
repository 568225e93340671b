import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { openFolder } from "../cache.ts";

export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

/**
 * A folder below `parent`, a folder of the cache, for the time of one piece of work, closed to
 * others. What a process that was killed has left there goes first. Fails as `openFolder` does.
 */
export async function scratch(parent: string, purpose: string): Promise<Scratch> {
  openFolder(parent);
  await Promise.all(deserted(parent).map((path) => rm(path, { recursive: true, force: true })));
  const path = await mkdtemp(join(parent, `.${purpose}-${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function deserted(parent: string): string[] {
  return readdirSync(parent).flatMap((name) => {
    const pid = /^\.[a-z]+-(\d+)-\w{6}$/.exec(name)?.[1];
    return pid && !isAlive(Number(pid)) ? [join(parent, name)] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
