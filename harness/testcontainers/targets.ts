import { ask, statusOf } from "../engine/ask.ts";
import type { RunningEngine } from "../engine/index.ts";
import { EnvironmentError, UsageError } from "../errors.ts";

/** A started container of testcontainers, whichever version. */
interface StartedContainer {
  getId(): string;
}

/** A started compose environment of testcontainers, whichever version. */
interface StartedEnvironment {
  getContainer(name: string): StartedContainer;
}

/** What can be watched: a started container, a started compose environment, or an id or name. */
export type Watchable = StartedContainer | StartedEnvironment | string;

/**
 * The containers to watch: what they are called, by their id.
 * @throws EnvironmentError CONTAINER_NOT_FOUND, CONTAINER_NOT_RUNNING
 * @throws UsageError NOTHING_TO_WATCH for what is no container
 */
export async function targetsOf(
  what: Watchable,
  engine: RunningEngine,
): Promise<ReadonlyMap<string, string>> {
  const asked = namesOf(what).map(async ([id, name]) => {
    const { Id, Name } = await runningContainer(engine, id);
    return [Id, name ?? Name.replace(/^\//, "")] as const;
  });
  return new Map(await Promise.all(asked));
}

type Named = readonly [id: string, name?: string];

function namesOf(what: Watchable): readonly Named[] {
  if (typeof what === "string" && what.trim() !== "") return [[what]];
  if (typeof what === "object" && "getId" in what) return [[what.getId()]];
  const containers = typeof what === "object" ? containersIn(what) : [];
  if (containers.length > 0) return containers;
  throw new UsageError("NOTHING_TO_WATCH", "There is no container to watch in what was given.", {
    hint: "Give a started container, a started compose environment, or a container's id.",
  });
}

/** It gives out its containers by name and does not tell the names: those it keeps to itself. */
function containersIn(environment: StartedEnvironment): readonly Named[] {
  const { startedGenericContainers: started } = environment as {
    startedGenericContainers?: Readonly<Record<string, StartedContainer>>;
  };
  return Object.entries(started ?? {}).map(([name, container]) => [container.getId(), name]);
}

async function runningContainer({ docker, facts }: RunningEngine, id: string) {
  try {
    const container = docker.getContainer(id);
    const inspect = (abortSignal: AbortSignal) => container.inspect({ abortSignal });
    const info = await ask("Looking at the container", inspect);
    const { Running, ExitCode } = info.State;
    if (Running) return info;
    const what = `The container ${info.Name} does not run: it has ended with ${ExitCode}.`;
    throw new EnvironmentError("CONTAINER_NOT_RUNNING", what, { hint: "Its log says why." });
  } catch (cause) {
    if (statusOf(cause) !== 404) throw cause;
    const where = `the Docker Engine ${facts.version} that answers here`;
    throw new EnvironmentError("CONTAINER_NOT_FOUND", `There is no container ${id} on ${where}.`, {
      hint: "Is it gone already? Where testcontainers uses another engine, name that in DOCKER_HOST.",
      cause,
    });
  }
}
