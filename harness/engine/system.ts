import { release } from "node:os";
import { EnvironmentError } from "../errors.ts";
import type { EngineFacts } from "../record/schema.ts";
import { cgroupFinder } from "./cgroup.ts";
import { findCompose, ownCompose } from "./compose.ts";
import { client, facts } from "./connect.ts";
import { layout } from "./embedded/layout.ts";
import { engineEnvironment } from "./environment.ts";
import { candidates } from "./locate.ts";
import type { AcquireOptions, Endpoint, Engine } from "./types.ts";

export interface Found {
  readonly endpoint: Endpoint;
  readonly facts: EngineFacts;
}

/**
 * The user's own engine; undefined where there is none. One that the user chose by DOCKER_HOST
 * or a context must answer: ENGINE_UNREACHABLE otherwise.
 */
export async function findSystemEngine(env: NodeJS.ProcessEnv): Promise<Found | undefined> {
  for (const endpoint of candidates(env)) {
    // Named in a shell that took over `engine env`: ours, and nobody else's.
    if (endpoint.host === `unix://${layout(env).socket}`) continue;
    const facts = await reach(endpoint);
    if (facts) return { endpoint, facts };
  }
  return undefined;
}

/** The engine found, ready for use; Compose is fetched where it has none. */
export async function openSystemEngine(found: Found, options: AcquireOptions): Promise<Engine> {
  const { endpoint, facts } = found;
  const env = engineEnvironment(endpoint, options.env ?? process.env);
  // Docker Desktop also has a socket here, but its containers live in a virtual machine.
  const local = endpoint.host.startsWith("unix:") && facts.kernel === release();
  return {
    facts,
    docker: client(endpoint),
    env,
    compose: (await findCompose(env)) ?? (await ownCompose(options)),
    local,
    cgroup: local ? cgroupFinder(facts.cgroup) : () => null,
    uplink: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function reach(endpoint: Endpoint): Promise<EngineFacts | undefined> {
  try {
    return await facts(client(endpoint), "system");
  } catch (cause) {
    if (cause instanceof EnvironmentError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "EACCES") throw forbidden(endpoint, cause);
    if (!endpoint.chosen) return undefined;
    throw new EnvironmentError(
      "ENGINE_UNREACHABLE",
      `${endpoint.origin} names ${endpoint.host}, but no Docker Engine answers there.`,
      {
        hint: "Start it, or take the setting away (unset DOCKER_HOST, `docker context use default`):\nthen another engine of this machine is used, or the embedded one.",
        cause,
      },
    );
  }
}

/** A user of the machine's engine who was not made one yet would not want another engine. */
function forbidden({ origin, host }: Endpoint, cause: unknown): EnvironmentError {
  return new EnvironmentError(
    "ENGINE_FORBIDDEN",
    `You may not use the Docker Engine at ${host} (${origin}).`,
    {
      hint: "Join its group, then log in again: sudo usermod -aG docker $USER\nOr run this with sudo.",
      cause,
    },
  );
}
