import { dirname, join } from "node:path";
import { AftershockError, EnvironmentError } from "../../errors.ts";
import { cgroupFinder } from "../cgroup.ts";
import { client, facts } from "../connect.ts";
import { engineEnvironment } from "../environment.ts";
import type { AcquireOptions, Engine } from "../types.ts";
import { ensureRunning } from "./daemon.ts";
import { ensureFetched } from "./fetch.ts";
import { layout, type Layout } from "./layout.ts";
import { holdShared } from "./locks.ts";
import { checkFolder, checkMachine, thisMachine } from "./preconditions.ts";
import { release } from "./release.ts";
import { openUplink } from "./uplink.ts";

/**
 * The embedded engine: the distribution's packages, unpacked into the cache folder, running in
 * namespaces of its own as long as one process on this machine holds a result of this function.
 */
export async function embeddedEngine(options: AcquireOptions): Promise<Engine> {
  try {
    return await obtain(options);
  } catch (cause) {
    if (cause instanceof AftershockError || !isRefusedBySystem(cause)) throw cause;
    throw new EnvironmentError("ENGINE_NOT_STARTED", `The embedded engine: ${cause.message}.`, {
      hint: "Is the disk full, or read-only? XDG_CACHE_HOME names another cache folder.",
      cause,
    });
  }
}

const isRefusedBySystem = (cause: unknown): cause is NodeJS.ErrnoException =>
  cause instanceof Error && "syscall" in cause;

async function obtain(options: AcquireOptions): Promise<Engine> {
  const { signal, env = process.env } = options;
  const at = layout(env);
  const platform = checkMachine(thisMachine());
  await checkFolder(at);
  const root = await ensureFetched("engine", at, platform, options);
  const users = await holdShared(at.usersLock, signal);
  try {
    await ensureRunning(at, root, options);
    return await open(at, root, env, users);
  } catch (error) {
    await users[Symbol.asyncDispose]();
    throw error;
  }
}

async function open(
  at: Layout,
  root: string,
  base: NodeJS.ProcessEnv,
  users: AsyncDisposable,
): Promise<Engine> {
  const endpoint = { host: `unix://${at.socket}`, origin: "the embedded engine", chosen: true };
  const docker = client(endpoint);
  const found = await facts(docker, "embedded");
  return {
    facts: found,
    docker,
    env: { ...engineEnvironment(endpoint, base), ...commandLine(at, root, base) },
    // Called directly, it gets the signals that are sent to it; as docker's plugin it may not.
    compose: [join(root, "usr/libexec/docker/cli-plugins/docker-compose")],
    local: true,
    cgroup: cgroupFinder(found.cgroup),
    uplink: () => openUplink(at, root),
    [Symbol.asyncDispose]: () => release(at, users),
  };
}

/** What makes `docker`, `docker compose` and `docker buildx` work in a child, or a shell. */
export function commandLine(
  at: Layout,
  root: string,
  base: NodeJS.ProcessEnv,
): Record<string, string> {
  const bin = join(dirname(root), "bin");
  return {
    DOCKER_HOST: `unix://${at.socket}`,
    DOCKER_CONFIG: at.dockerConfig,
    PATH: `${bin}:${base["PATH"] ?? "/usr/bin:/bin"}`,
  };
}
