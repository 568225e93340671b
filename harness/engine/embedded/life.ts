import { existsSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { EnvironmentError } from "../../errors.ts";
import type { Progress } from "../../progress.ts";
import { isKept, otherUsers } from "./keep.ts";
import type { Layout } from "./layout.ts";
import { isFree, processes, runsOf } from "./locks.ts";

/** What can be between an engine that answers and none: one that starts or ends, one that is lost. */
type Life = "none" | "starts or ends" | "runs" | "lost";

/** How long an engine may be silent: a busy machine is no reason to end it. */
const PATIENCE_MS = 20_000;

/** True if an engine answers on this socket. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(5_000);
    // Of the version, because for that dockerd asks containerd: it is to be well, too.
    // On a connection of its own: one that is kept open outlives the socket's file.
    const options = { socketPath, path: "/version", signal, agent: false };
    const asked = request(options, (answer) => {
      answer.resume();
      answer.on("error", () => resolve(false));
      answer.on("end", () => resolve(answer.statusCode === 200));
    });
    asked.on("error", () => resolve(false));
    asked.end();
  });
}

/**
 * How the engine is. Its lock tells whether there is one: a socket can be removed under it, and a
 * daemon can be stopped; the lock stays held until the last of its processes has ended.
 */
export async function lifeOf(at: Layout): Promise<Life> {
  if (await answers(at.socket)) return "runs";
  if (await isFree(at.engineLock)) return "none";
  if (!(await isFree(at.startLock))) return "starts or ends";
  return initOf(at) === undefined || (await isFree(at.engineLock, 2_000))
    ? "starts or ends"
    : "lost";
}

/**
 * Makes room for a start: ends an engine that does not answer if only the caller, or nobody, uses
 * it. Fails with ENGINE_LOST where another does. The caller holds start.lock and users.lock.
 */
export async function endLost(at: Layout, progress: Progress): Promise<void> {
  if (await isFree(at.engineLock, 2_000)) return;
  progress.note(`the embedded engine does not answer; waiting for at most ${PATIENCE_MS / 1000} s`);
  if (await comesBack(at, () => strangers(at).length > 0)) return;
  if (strangers(at).length > 0) throw lost(at);
  progress.note("the embedded engine does not answer and nobody else uses it: it is ended");
  if (!(await endNow(at))) throw notEnded(at);
}

/**
 * Waits whether an engine that was silent answers again. Without its socket it can't; then it is
 * waited for only while somebody `uses` it, who may let go of it.
 */
export async function comesBack(at: Layout, uses: () => boolean = () => false): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end && (existsSync(at.socket) || uses())) {
    if (await answers(at.socket)) return true;
    await delay(500);
  }
  return false;
}

/** Ends the engine with all that runs on it, whatever state it is in. False if it will not end. */
export async function endNow(at: Layout): Promise<boolean> {
  const init = initOf(at);
  // Its process 1 takes all the others along, also those that are stopped.
  if (init !== undefined) process.kill(init, "SIGKILL");
  for (const pid of own(at)) signalTo(pid, "SIGCONT");
  if (await isFree(at.engineLock, 10_000)) return true;
  for (const pid of own(at)) signalTo(pid, "SIGKILL");
  return isFree(at.engineLock, 10_000);
}

/** Host's pid of process 1 of the engine's namespaces; undefined where there is none, or none in sight. */
export function initOf(at: Layout): number | undefined {
  return own(at).find((pid) => /^NSpid:(\t\d+)+\t1$/m.test(textOf(pid, "status")));
}

/** The engine does not answer, and somebody counts on it. */
export function lost(at: Layout): EnvironmentError {
  const runs = strangers(at);
  const by = runs.length > 0 ? `, and is used by ${processes(runs)}` : "";
  return new EnvironmentError("ENGINE_LOST", `The embedded engine runs but does not answer${by}.`, {
    hint: `Is it stopped, or was its socket removed (${at.socket})?\nWait for the end of what uses it, or end it all: aftershock engine stop --force`,
  });
}

/** It would not end. */
export function notEnded(at: Layout): EnvironmentError {
  const pids = own(at);
  const which = pids.length > 0 ? processes(pids) : "no process that can be seen from here";
  return new EnvironmentError("ENGINE_NOT_ENDED", `The embedded engine did not end: ${which}.`, {
    hint: `Whoever holds ${at.engineLock} has to end; another container may share this cache folder.\nThe engine's log: ${at.log}`,
  });
}

/** Whether only `engine start` holds it: then nobody counts on what runs there. */
export const isIdle = (at: Layout): boolean => isKept(at) && otherUsers(at).length === 0;

/** Runs that use it, other than this process. */
const strangers = (at: Layout): number[] =>
  runsOf(otherUsers(at)).filter((pid) => pid !== process.pid);

/** The shells and `unshare` that hold the engine together, by what they were started with. */
function own(at: Layout): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    const argv = textOf(pid, "cmdline").split("\0");
    const script = argv.findIndex((word) => /\/embedded\/(keeper|init)\.sh$/.test(word));
    return script >= 0 && real(argv[script + 1] ?? "") === real(at.state);
  });
}

function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended meanwhile
  }
}
