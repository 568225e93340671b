import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError } from "../../errors.ts";
import type { Layout } from "./layout.ts";
import { initOf, lost } from "./life.ts";
import { exclusively, holdShared } from "./locks.ts";

const UP_WITHIN_MS = 30_000;

/**
 * Gives the engine a way out to the network for as long as the result is not disposed. All who
 * ask, in whatever process, share one stack; it ends with the last of them, or with the engine.
 */
export async function openUplink(at: Layout, root: string): Promise<AsyncDisposable> {
  const lock = await holdShared(at.uplinkLock);
  try {
    const open = async (): Promise<void> => {
      const pid = initOf(at);
      if (pid === undefined) throw lost(at);
      if (!isUp(pid)) await start(at, root, String(pid));
    };
    await exclusively(at.uplinkStartLock, open, undefined, 2 * UP_WITHIN_MS);
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

function isUp(pid: number): boolean {
  return /^\s*tap0:/m.test(readFileSync(`/proc/${pid}/net/dev`, "utf8"));
}

/** In the engine's pid namespace, so that it cannot outlive it; else in the host's. */
async function start(at: Layout, root: string, pid: string): Promise<void> {
  const unpacked = join(root, "usr/bin/slirp4netns");
  const program = existsSync(unpacked) ? unpacked : "slirp4netns";
  const script = join(import.meta.dirname, "uplink.sh");
  const log = openSync(join(at.state, "uplink.log"), "w");
  const child = spawn(
    "nsenter",
    ["--target", pid, "--pid", "--", "sh", script, at.uplinkLock, pid, program],
    { detached: true, stdio: ["ignore", log, log, "pipe"], env: libraries(root) },
  );
  closeSync(log);
  child.unref();
  const ready = child.stdio[3];
  if (!ready) throw new Error("The uplink was started without a pipe.");
  const deadline = AbortSignal.timeout(UP_WITHIN_MS);
  const up = await Promise.race([
    once(ready, "data", { signal: deadline }).then(() => true),
    once(child, "exit").then(() => false),
  ]).catch(() => false);
  ready.destroy();
  if (!up) child.kill("SIGKILL");
  if (up) return;
  const said = readFileSync(join(at.state, "uplink.log"), "utf8").trim();
  throw new EnvironmentError(
    "NO_UPLINK",
    `The embedded engine got no way out to the network, which builds need: ${said}`,
    { hint: "It needs /dev/net/tun, and slirp4netns, which came with the engine." },
  );
}

function libraries(root: string): NodeJS.ProcessEnv {
  const folders = ["usr/lib", "lib"].map((lib) =>
    join(root, lib, `${machine[process.arch] ?? process.arch}-linux-gnu`),
  );
  const inherited = process.env["LD_LIBRARY_PATH"];
  return {
    ...process.env,
    LD_LIBRARY_PATH: [...folders, ...(inherited ? [inherited] : [])].join(":"),
  };
}

const machine: Record<string, string> = { x64: "x86_64", arm64: "aarch64" };
