import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EnvironmentError } from "../../errors.ts";
import type { Layout } from "./layout.ts";
import { answers, endLost } from "./life.ts";
import { exclusively } from "./locks.ts";
import type { AcquireOptions } from "../types.ts";

const START_WITHIN_MS = 60_000;

/** Starts the engine unless it runs. The caller holds users.lock, so it will not end meanwhile. */
export async function ensureRunning(
  at: Layout,
  root: string,
  { progress, signal }: Pick<AcquireOptions, "progress" | "signal">,
): Promise<void> {
  const startUnlessUp = async (): Promise<void> => {
    if (await answers(at.socket)) return;
    await endLost(at, progress);
    if (!(await answers(at.socket))) await start(at, root, signal);
  };
  await exclusively(at.startLock, startUnlessUp, signal, 3 * START_WITHIN_MS);
}

async function start(at: Layout, root: string, signal?: AbortSignal): Promise<void> {
  await configure(at, root);
  await using log = await open(at.log, "w");
  const keeper = spawn(
    "sh",
    [join(import.meta.dirname, "keeper.sh"), at.state, root, at.cgroupParent],
    { cwd: at.state, detached: true, stdio: ["ignore", log.fd, log.fd] },
  );
  keeper.unref();
  let ended = false;
  void once(keeper, "exit").then(() => (ended = true));
  const deadline = AbortSignal.timeout(START_WITHIN_MS);
  while (!(await answers(at.socket))) {
    signal?.throwIfAborted();
    if (ended || deadline.aborted) throw await notStarted(at);
    await delay(10);
  }
}

async function notStarted(at: Layout): Promise<EnvironmentError> {
  const said = (await readFile(at.log, "utf8")).trim().split("\n").slice(-12).join("\n");
  const log = said ? `The last lines of ${at.log}:\n${said}` : `Its log says nothing: ${at.log}`;
  return new EnvironmentError(
    "ENGINE_NOT_STARTED",
    `The embedded engine did not start within ${START_WITHIN_MS / 1000} s, or ended. ${log}`,
    {
      hint: "If its data is damaged, `aftershock engine remove` clears it. Any other engine will do as well: DOCKER_HOST.",
    },
  );
}

async function configure(at: Layout, root: string): Promise<void> {
  await mkdir(join(at.state, "tmp"), { recursive: true });
  await mkdir(at.dockerConfig, { recursive: true });
  const write = (path: string, text: string): Promise<void> => writeFile(path, text);
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await Promise.all([
    write(join(at.state, "daemon.json"), json(daemonConfig(at))),
    write(join(at.state, "containerd.toml"), containerdConfig(at)),
    write(
      join(at.dockerConfig, "config.json"),
      json({ cliPluginsExtraDirs: [join(root, "usr/libexec/docker/cli-plugins")] }),
    ),
  ]);
}

/** Everything it writes is below `state`, or in its own /run; it has no bridge and no firewall. */
function daemonConfig(at: Layout): Record<string, unknown> {
  return {
    hosts: [`unix://${at.socket}`],
    group: "0",
    "data-root": join(at.state, "data"),
    "exec-root": "/run/docker",
    pidfile: "/run/docker.pid",
    containerd: "/run/containerd/containerd.sock",
    // Named, so that it refuses where overlay cannot be; unnamed, it would take the slow vfs.
    "storage-driver": "overlay2",
    "exec-opts": ["native.cgroupdriver=cgroupfs"],
    "cgroup-parent": at.cgroupParent,
    bridge: "none",
    iptables: false,
    ip6tables: false,
    "ip-forward": false,
    "userland-proxy": false,
    "log-level": "warn",
    builder: { gc: { enabled: true, defaultKeepStorage: "4GB" } },
  };
}

function containerdConfig(at: Layout): string {
  return `version = 2
root = ${JSON.stringify(join(at.state, "containerd"))}
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.grpc.v1.cri"]
[grpc]
address = "/run/containerd/containerd.sock"
[debug]
level = "warn"
`;
}
