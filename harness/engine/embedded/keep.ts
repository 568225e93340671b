import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Layout } from "./layout.ts";
import { holders } from "./locks.ts";

const idle = ["sleep", "infinity"];

/**
 * Leaves a process behind that counts as a user of the engine, so that it stays up without a
 * run. The caller is a user itself meanwhile.
 */
export async function keep(at: Layout): Promise<void> {
  if (isKept(at)) return;
  const args = ["--shared", "--no-fork", at.usersLock, ...idle];
  const child = spawn("flock", args, { cwd: at.state, detached: true, stdio: "ignore" });
  child.unref();
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  // Others hold the lock shared, so it is given at once; but not before the child asked for it.
  while (!isKept(at) && child.exitCode === null) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Whether a process that `keep` left behind is alive. */
export const isKept = (at: Layout): boolean => holders(at.usersLock).some(isKeeper);

/** Ends it. */
export function letGo(at: Layout): void {
  for (const pid of holders(at.usersLock).filter(isKeeper)) process.kill(pid, "SIGKILL");
}

/** Pids of the processes that use the engine, the one left behind by `keep` not among them. */
export const otherUsers = (at: Layout): number[] =>
  holders(at.usersLock).filter((pid) => !isKeeper(pid));

/** It is known by what it runs; no note of it could be lost, or go stale. */
function isKeeper(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").endsWith(`${idle.join("\0")}\0`);
  } catch {
    return false; // it ended meanwhile
  }
}
