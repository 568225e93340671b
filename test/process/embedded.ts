/** An embedded engine of a test's own: its cache folder, its users, and what is left of it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { silent } from "../../harness/progress.ts";
import { layout } from "../../harness/engine/embedded/layout.ts";
import { ensureFetched } from "../../harness/engine/embedded/fetch.ts";
import { checkMachine, thisMachine } from "../../harness/engine/embedded/preconditions.ts";

const links = (): string[] =>
  readFileSync("/proc/net/dev", "utf8").match(/^\s*[^\s:]+(?=:)/gm) ?? [];
/** Those that the machine has anyway. */
const usualLinks = new Set(links());

/** Why this machine cannot embed an engine; undefined where it can. */
export function whyNot(): string | undefined {
  try {
    checkMachine(thisMachine());
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Fetches the engine into the user's own cache folder, once for all tests. */
export async function fetchEngine(): Promise<void> {
  await ensureFetched("engine", layout(), checkMachine(thisMachine()), { progress: silent });
}

/** A new cache folder, in which the fetched engine is a link to the one in the user's own. */
export function newCache(): NodeJS.ProcessEnv {
  const folder = mkdtempSync("/tmp/as-");
  const env = { ...process.env, XDG_CACHE_HOME: folder, AFTERSHOCK_ENGINE: "embedded" };
  const from = layout();
  const to = layout(env);
  const name = readlinkSync(join(from.folder, "engine"));
  mkdirSync(to.folder, { recursive: true });
  symlinkSync(join(from.folder, name), join(to.folder, name));
  symlinkSync(name, join(to.folder, "engine"));
  return env;
}

/** Starts a process that uses the engine, and waits until it has it. */
export async function startUser(env: NodeJS.ProcessEnv, ...args: string[]): Promise<User> {
  const script = join(import.meta.dirname, "engine-user.ts");
  const child = spawn(process.execPath, [script, ...args], {
    env,
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const said = async (): Promise<string | undefined> => (await lines.next()).value;
  if ((await said()) !== "ready") throw new Error("A user of the engine did not get it.");
  return { child, said, exited: once(child, "exit") };
}

export interface User {
  readonly child: ChildProcess;
  said(): Promise<string | undefined>;
  readonly exited: Promise<unknown>;
}

/** Command lines of all processes that name the cache folder. */
export const processesOf = (env: NodeJS.ProcessEnv): string[] =>
  listed(env).map(({ line }) => line);

/** Pid of the engine's process whose command line holds this word. */
export function daemon(env: NodeJS.ProcessEnv, word: string): number {
  const found = listed(env).find(({ line }) => line.split(" ").some((part) => part.endsWith(word)));
  if (!found) throw new Error(`There is no ${word}.`);
  return found.pid;
}

function listed(env: NodeJS.ProcessEnv): { pid: number; line: string }[] {
  return globSync("/proc/[0-9]*/cmdline").flatMap((path) => {
    try {
      const line = readFileSync(path, "utf8").replaceAll("\0", " ");
      const ours = line.includes(env["XDG_CACHE_HOME"] ?? "");
      return ours ? [{ pid: Number(path.split("/")[2]), line }] : [];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

/** All that an engine of this cache folder could leave outside it. */
export function remains(env: NodeJS.ProcessEnv): string[] {
  const at = layout(env);
  return [
    ...processesOf(env),
    ...readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .filter((line) => line.includes(at.folder)),
    ...links().filter((link) => !usualLinks.has(link)),
    ...globSync(`/sys/fs/cgroup{,/*}${at.cgroupParent}`),
    ...[at.socket].filter((path) => existsSync(path)),
  ];
}

/** Brings an image with nothing but `sleep` to the engine, and runs it as a container. */
export async function runSleeper(env: NodeJS.ProcessEnv, docker: string[]): Promise<string> {
  const [command = "", ...prefix] = docker;
  const run = (args: string[], input?: Uint8Array): Promise<{ stdout: string }> =>
    execa(command, [...prefix, ...args], { env, extendEnv: false, ...(input ? { input } : {}) });
  const { stdout: libraries } = await execa("ldd", ["/bin/sleep"]);
  const files = ["/bin/sleep", ...(libraries.match(/\/\S+/g) ?? [])];
  const { stdout: tar } = await execa("tar", ["-ch", ...files], {
    encoding: "buffer",
    stderr: "ignore",
  });
  await run(["import", "-", "sleeper"], tar);
  await run(["network", "create", "--internal", "inside"]);
  const limits = ["--memory", "32m", "--network", "inside"];
  return (await run(["run", "--detach", ...limits, "sleeper", "/bin/sleep", "600"])).stdout;
}
