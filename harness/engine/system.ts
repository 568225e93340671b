import { setTimeout as delay } from "node:timers/promises";
import { silent } from "../progress.ts";
import type { EngineFacts } from "../record/schema.ts";
import { cgroupsHere } from "./cgroups-here.ts";
import { composeFor } from "./compose.ts";
import { client, facts } from "./connect.ts";
import { layout } from "./embedded/layout.ts";
import { engineEnvironment } from "./environment.ts";
import { candidates } from "./locate.ts";
import type { AcquireOptions, Endpoint, Engine, RunningEngine } from "./types.ts";
import { unreachable, type Unreachable } from "./unreachable.ts";

export interface Found {
  readonly endpoint: Endpoint;
  readonly facts: EngineFacts;
}

/** For an engine that the user named: Docker Desktop takes half a minute to wake up. */
const WAKE_WITHIN_MS = 60_000;
/** For a socket that is just there: an engine that is well answers in milliseconds. */
const USUAL_WITHIN_MS = 5_000;
const RETRY_MS = 1_000;
const SAY_EVERY_MS = 10_000;

/**
 * The user's own engine; undefined where there is none. One that the user chose by DOCKER_HOST
 * or a context must answer, and is waited for: ENGINE_UNREACHABLE otherwise. Of the usual sockets
 * the first that answers is taken, and a silent one told; where none does, but one would if the
 * user might use it, or if it were a better one, that is the error.
 */
export async function findSystemEngine(
  env: NodeJS.ProcessEnv,
  options: Omit<AcquireOptions, "env"> = { progress: silent },
): Promise<Found | undefined> {
  const { progress, signal } = options;
  const failures: Unreachable[] = [];
  const passOver = (): void => {
    for (const { error } of failures) progress.note(`passed over ${error.message}`);
  };
  for (const endpoint of candidates(env, { progress })) {
    // Named in a shell that took over `engine env`: ours, and nobody else's.
    if (endpoint.host === `unix://${layout(env).socket}`) continue;
    try {
      const facts = await reach(endpoint, options);
      passOver();
      return { endpoint, facts };
    } catch (cause) {
      signal?.throwIfAborted();
      const failure = unreachable(endpoint, cause);
      if (endpoint.chosen) throw failure.error;
      failures.push(failure);
    }
  }
  const refusal = failures.find(({ error }) => error.code !== "ENGINE_UNREACHABLE");
  if (refusal) throw refusal.error;
  passOver();
  return undefined;
}

/** The engine found, ready for use; Compose is fetched where it has none. */
export async function openSystemEngine(found: Found, options: AcquireOptions): Promise<Engine> {
  const env = engineEnvironment(found.endpoint, options.env ?? process.env);
  return systemEngine(found, env, await composeFor(env, options, { engine: true }));
}

/** The engine found, with that Compose. */
export async function systemEngine(
  found: Found,
  env: Engine["env"],
  compose: readonly string[],
): Promise<Engine> {
  const uplink = async () => ({ [Symbol.asyncDispose]: async () => undefined });
  return { ...(await runningEngine(found)), env, compose, uplink };
}

/** The engine found, for who only looks at what runs there. */
export async function runningEngine({ endpoint, facts }: Found): Promise<RunningEngine> {
  const docker = client(endpoint);
  const cgroup = await cgroupsHere(endpoint, facts, docker);
  return {
    facts,
    docker,
    local: cgroup !== undefined,
    cgroup: cgroup ?? (() => null),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function reach(
  endpoint: Endpoint,
  { progress, signal, wakeWithinMs = WAKE_WITHIN_MS }: Omit<AcquireOptions, "env">,
): Promise<EngineFacts> {
  const bound = signal ? { signal } : {};
  const docker = client(endpoint);
  if (!endpoint.chosen || wakeWithinMs === 0)
    return facts(docker, "system", { ...bound, withinMs: USUAL_WITHIN_MS });
  const began = performance.now();
  let said = 0;
  for (;;) {
    try {
      return await facts(docker, "system", bound);
    } catch (cause) {
      signal?.throwIfAborted();
      const { error, mayWake } = unreachable(endpoint, cause);
      const waited = performance.now() - began;
      if (!mayWake || waited > wakeWithinMs) throw error;
      if (said === 0 || waited - said >= SAY_EVERY_MS) {
        said = waited;
        const left = Math.ceil((wakeWithinMs - waited) / 1000);
        progress.note(`${error.message} Waiting for at most ${left} s more.`);
      }
      await delay(RETRY_MS, undefined, bound);
    }
  }
}
