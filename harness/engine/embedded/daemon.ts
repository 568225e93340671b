import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EnvironmentError } from "../../errors.ts";
import { containerdConfig, daemonConfig } from "./daemon-config.ts";
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
