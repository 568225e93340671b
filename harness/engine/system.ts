import { release } from "node:os";
import { EnvironmentError } from "../errors.ts";
import type { EngineFacts } from "../record/schema.ts";
import { cgroupFinder } from "./cgroup.ts";
import { findCompose, noCompose } from "./compose.ts";
import { client, facts } from "./connect.ts";
import { candidates } from "./locate.ts";
import type { AcquireOptions, Endpoint, Engine } from "./types.ts";

/**
 * The user's own engine; undefined where there is none. One that the user chose by DOCKER_HOST
 * or a context must answer: ENGINE_UNREACHABLE otherwise.
 */
export async function systemEngine({
  env = process.env,
}: Pick<AcquireOptions, "env">): Promise<Engine | undefined> {
  for (const endpoint of candidates(env)) {
    const found = await reach(endpoint);
    if (found) return open(endpoint, found, env);
  }
  return undefined;
}

async function reach(endpoint: Endpoint): Promise<EngineFacts | undefined> {
  try {
    return await facts(client(endpoint), "system");
  } catch (cause) {
    if (cause instanceof EnvironmentError) throw cause;
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

async function open(
  endpoint: Endpoint,
  facts: EngineFacts,
  base: NodeJS.ProcessEnv,
): Promise<Engine> {
  const env = environment(endpoint, base);
  const compose = await findCompose(env);
  if (!compose) throw noCompose();
  // Docker Desktop also has a socket here, but its containers live in a virtual machine.
  const local = endpoint.host.startsWith("unix:") && facts.kernel === release();
  return {
    facts,
    docker: client(endpoint),
    env,
    compose,
    local,
    cgroup: local ? cgroupFinder(facts.cgroup) : () => null,
    uplink: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** The caller's environment, told exactly which engine it is. */
export function environment(endpoint: Endpoint, base: NodeJS.ProcessEnv): Record<string, string> {
  const env = Object.fromEntries(
    Object.entries(base).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  delete env["DOCKER_CONTEXT"];
  env["DOCKER_HOST"] = endpoint.host;
  if (endpoint.certificates) {
    env["DOCKER_TLS_VERIFY"] = "1";
    env["DOCKER_CERT_PATH"] = endpoint.certificates;
  }
  return env;
}
