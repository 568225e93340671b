import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";

/** A lock on a file; disposing gives it back. It also goes when this process does, however. */
export type Lock = AsyncDisposable;

/** Waits for a lock that many can hold at once. */
export const holdShared = (path: string, signal?: AbortSignal): Promise<Lock> =>
  hold(path, "-s", signal);

/** Runs `work` while nobody else holds the lock. */
export async function exclusively<T>(
  path: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  await using _lock = await hold(path, "-x", signal);
  return await work();
}

/**
 * Node has no flock, so a child holds it, for as long as the pipe to this process is open. It is
 * in a session of its own: Ctrl-C must not take the engine away before the run has tidied up.
 */
async function hold(path: string, mode: "-s" | "-x", signal?: AbortSignal): Promise<Lock> {
  // Without a fork the pid that the kernel lists is the one that lives as long as the lock.
  const script = "echo held; exec cat >/dev/null";
  const child = spawn("flock", [mode, "--no-fork", path, "sh", "-c", script], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const give = (): void => void child.stdin.end();
  const giveUp = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", giveUp);
  const held = await Promise.race([
    once(child.stdout, "data").then(() => true),
    ended.then(() => false),
  ]);
  // From here on it is held until it is given back: an aborted run still has to tidy up.
  signal?.removeEventListener("abort", giveUp);
  if (signal?.aborted) give();
  signal?.throwIfAborted();
  if (!held) throw new Error(`The lock ${path} could not be taken.`);
  // A holder alone must not keep this process alive.
  child.unref();
  for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as { unref(): void }).unref();
  return {
    async [Symbol.asyncDispose]() {
      child.ref();
      give();
      await ended;
    },
  };
}

/** Pids of the processes that hold a shared lock on the file, as the kernel lists them. */
export function holders(path: string, procLocks = readFileSync("/proc/locks", "utf8")): number[] {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  const rows = procLocks.split("\n").map((line) => line.trim().split(/\s+/));
  return rows
    .filter(
      ([, kind, , mode, , file]) =>
        `${kind} ${mode}` === "FLOCK READ" && file?.split(":")[2] === String(inode),
    )
    .map((row) => Number(row[4]));
}
