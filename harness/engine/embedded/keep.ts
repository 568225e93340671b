import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Layout } from "./layout.ts";
import { holders } from "./locks.ts";

/**
 * Leaves a process behind that counts as a user of the engine, so that it stays up without a
 * run. The caller is a user itself meanwhile.
 */
export async function keep(at: Layout): Promise<void> {
  if (keeperOf(at) !== undefined) return;
  const args = ["--shared", "--no-fork", at.usersLock, "sleep", "infinity"];
  const child = spawn("flock", args, { cwd: at.state, detached: true, stdio: "ignore" });
  child.unref();
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  writeFileSync(at.keepPid, `${child.pid}\n`);
  // Others hold the lock shared, so it is given at once; but not before the child asked for it.
  while (keeperOf(at) === undefined && child.exitCode === null) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Pid of the process that `keep` left behind, if it is alive. */
export function keeperOf(at: Layout): number | undefined {
  if (!existsSync(at.keepPid)) return undefined;
  const pid = Number(readFileSync(at.keepPid, "utf8"));
  // A pid can be used again; only one that holds our lock is ours.
  return holders(at.usersLock).includes(pid) ? pid : undefined;
}

/** Ends it. */
export function letGo(at: Layout): void {
  const pid = keeperOf(at);
  if (pid !== undefined) process.kill(pid, "SIGTERM");
  rmSync(at.keepPid, { force: true });
}

/** Pids of the processes that use the engine, the one left behind by `keep` not among them. */
export function otherUsers(at: Layout): number[] {
  const kept = keeperOf(at);
  return existsSync(at.usersLock) ? holders(at.usersLock).filter((pid) => pid !== kept) : [];
}
