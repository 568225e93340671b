import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { execa } from "execa";
import { EnvironmentError } from "../../errors.ts";

/** A lock on a file; disposing gives it back. It also goes when this process does, however. */
export type Lock = AsyncDisposable;

/** More than any work under a lock takes that isn't a download. */
const SHORT_MS = 120_000;
/** Downloads and builds are done under a lock, too. */
const LONG_MS = 20 * 60_000;

/** Waits for a lock that many can hold at once. Fails with LOCK_HELD after two minutes. */
export const holdShared = (path: string, signal?: AbortSignal): Promise<Lock> =>
  hold(path, "-s", SHORT_MS, signal);

/** Runs `work` while nobody else holds the lock. Fails with LOCK_HELD after `withinMs`. */
export async function exclusively<T>(
  path: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
  withinMs = LONG_MS,
): Promise<T> {
  await using _lock = await hold(path, "-x", withinMs, signal);
  return await work();
}

/** Waits, for at most that long, until nobody holds the lock. False if somebody still does. */
export async function isFree(path: string, withinMs = 0): Promise<boolean> {
  if (!existsSync(path)) return true;
  const args = ["--exclusive", "--timeout", String(withinMs / 1000), path, "true"];
  return !(await execa("flock", args, { reject: false, stdin: "ignore" })).failed;
}

/**
 * Node has no flock, so a child holds it, for as long as the pipe to this process is open. It is
 * in a session of its own: Ctrl-C must not take the engine away before the run has tidied up.
 */
async function hold(
  path: string,
  mode: "-s" | "-x",
  withinMs: number,
  signal?: AbortSignal,
): Promise<Lock> {
  // Without a fork the pid that the kernel lists is the one that lives as long as the lock.
  const script = "echo held; exec cat >/dev/null";
  const child = spawn(
    "flock",
    [mode, "--wait", String(withinMs / 1000), "--no-fork", path, "sh", "-c", script],
    {
      detached: true,
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
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
  if (!held) throw notGiven(path, withinMs);
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

/** Pids of the processes that hold the lock, as the kernel lists them: those that share it, or all. */
export function holders(
  path: string,
  which: "sharing" | "all" = "sharing",
  procLocks = readFileSync("/proc/locks", "utf8"),
): number[] {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  const rows = procLocks.split("\n").map((line) => line.trim().split(/\s+/));
  return rows
    .filter(
      ([, kind, , mode, , file]) =>
        kind === "FLOCK" &&
        (which === "all" || mode === "READ") &&
        file?.split(":")[2] === String(inode),
    )
    .map((row) => Number(row[4]));
}

/** A lock is held by a child for its run; people know the run. */
export function runsOf(lockHolders: readonly number[]): number[] {
  return [...new Set(lockHolders.map(parentOf))];
}

/** In words: "process 12", "processes 12, 13". */
export const processes = (pids: readonly number[]): string =>
  `process${pids.length > 1 ? "es" : ""} ${pids.join(", ")}`;

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? pid);
  } catch {
    return pid; // it ended meanwhile
  }
}

function notGiven(path: string, withinMs: number): EnvironmentError {
  const runs = runsOf(holders(path, "all"));
  const by = runs.length > 0 ? processes(runs) : "a process that cannot be seen from here";
  return new EnvironmentError(
    "LOCK_HELD",
    `${path} was held by ${by} for more than ${withinMs / 1000} s.`,
    { hint: "Is it stopped, or does it wait for something? Let it go on, or end it." },
  );
}
