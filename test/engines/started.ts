/** Engines of a test's own, from the distribution's packages, in namespaces of their own. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { containerdConfig, daemonConfig } from "../../harness/engine/embedded/daemon-config.ts";
import { ensureFetched } from "../../harness/engine/embedded/fetch.ts";
import { layout, type Layout } from "../../harness/engine/embedded/layout.ts";
import { answers } from "../../harness/engine/embedded/life.ts";
import { holdShared } from "../../harness/engine/embedded/locks.ts";
import { checkMachine, thisMachine } from "../../harness/engine/embedded/preconditions.ts";
import { openUplink } from "../../harness/engine/embedded/uplink.ts";
import { told } from "../told.ts";

export interface Started extends AsyncDisposable {
  /** What a shell needs to use it. */
  readonly env: Readonly<Record<string, string>>;
}

const repository = join(import.meta.dirname, "../..");

/** These packages, unpacked into a folder that is kept: what is there is not fetched again. */
export async function packages(name: string, wanted: readonly string[]): Promise<string> {
  const machine = checkMachine(thisMachine());
  const cache = join(tmpdir(), "aftershock-engines", name);
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const platform = { ...machine, sets: { ...machine.sets, engine: wanted } };
  return ensureFetched("engine", layout({ XDG_CACHE_HOME: cache }), platform, { progress: told });
}

/**
 * Starts dockerd of the packages in `root` as the embedded engine is started, with other settings;
 * it is a user's own engine to the lab, and has a way out for its builds. Gone with the result.
 */
export async function startDocker(
  root: string,
  settings: object = {},
  env: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), "as-"));
  const at = layout({ XDG_CACHE_HOME: folder });
  mkdirSync(join(at.state, "tmp"), { recursive: true, mode: 0o700 });
  configure(at, settings);
  const users = await holdShared(at.usersLock);
  const script = join(repository, "harness/engine/embedded/keeper.sh");
  const keeper = start("sh", [script, at.state, root, at.cgroupParent], at.log, env);
  await answer(at.socket, at.log, keeper);
  const uplink = await openUplink(at, root);
  return {
    env: { DOCKER_HOST: `unix://${at.socket}` },
    async [Symbol.asyncDispose]() {
      await uplink[Symbol.asyncDispose]();
      await users[Symbol.asyncDispose]();
      if (keeper.exitCode === null) await new Promise((ended) => keeper.once("exit", ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Podman's service, which answers as a Docker Engine would. Gone with the result. */
export async function startPodman(root: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), "as-"));
  const socket = join(folder, "podman.sock");
  const conf = join(folder, "containers.conf");
  const runc = JSON.stringify(`${root}/usr/sbin/runc`);
  const conmon = JSON.stringify(`${root}/usr/bin/conmon`);
  writeFileSync(
    conf,
    `[engine]\nconmon_path=[${conmon}]\ncgroup_manager="cgroupfs"\nevents_logger="file"\n[engine.runtimes]\nrunc=[${runc}]\n`,
  );
  const at = (name: string) => [`--${name}`, join(folder, name)];
  const options = [...at("root"), ...at("runroot"), ...at("tmpdir"), "--cgroup-manager=cgroupfs"];
  const service = ["system", "service", "--time=0", `unix://${socket}`];
  const apart = ["--pid", "--fork", "--kill-child=KILL", "--mount", "--net", "--mount-proc"];
  const command = [`${root}/usr/bin/podman`, ...options, ...service];
  const env = { CONTAINERS_CONF: conf, LD_LIBRARY_PATH: libraries(root) };
  const log = join(folder, "log");
  const child = start("unshare", [...apart, ...command], log, env);
  await answer(socket, log, child);
  return {
    env: { DOCKER_HOST: `unix://${socket}` },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      if (child.exitCode === null) await new Promise((ended) => child.once("exit", ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As the embedded engine's, but for the storage driver, which each release is left to choose. */
function configure(at: Layout, settings: object): void {
  const { "storage-driver": _, ...own } = daemonConfig(at);
  writeFileSync(join(at.state, "daemon.json"), JSON.stringify({ ...own, ...settings }));
  writeFileSync(join(at.state, "containerd.toml"), containerdConfig(at));
}

function start(file: string, args: readonly string[], log: string, env: NodeJS.ProcessEnv) {
  const out = openSync(log, "w");
  return spawn(file, args, {
    detached: true,
    stdio: ["ignore", out, out],
    env: { ...process.env, ...env },
  });
}

async function answer(socket: string, log: string, child: ReturnType<typeof start>): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  while (!(await answers(socket))) {
    if (child.exitCode !== null || deadline.aborted)
      throw new Error(`It did not start: ${readFileSync(log, "utf8").slice(-2000)}`);
    await delay(50);
  }
}

/** Where the libraries of unpacked packages lie, as LD_LIBRARY_PATH tells it. */
export const libraries = (root: string) =>
  ["x86_64", "aarch64"].map((arch) => join(root, `usr/lib/${arch}-linux-gnu`)).join(":");
