import { ask } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { JobNotDoneError } from "../errors.ts";
import type { Project } from "../lifecycle/project.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { containersOf } from "./containers.ts";

/**
 * Why a project did not come up, where that is the system's own doing: a service that a fix may
 * change has ended with an error, or could not be started. Else what compose said stands.
 */
export async function whyNotUp(
  error: unknown,
  engine: Engine,
  project: Project,
  { definition: { fixable }, signal }: { definition: ScenarioDefinition; signal: AbortSignal },
): Promise<unknown> {
  signal.throwIfAborted();
  const containers = await containersOf(engine, project, signal);
  const places = Object.values(fixable?.places ?? {});
  for (const service of new Set(places.flatMap(({ services }) => services))) {
    const id = containers.get(service);
    const fell = id === undefined ? undefined : await fallOf(engine, id, signal);
    if (fell !== undefined) return new JobNotDoneError("JOB_NOT_DONE", `${service} ${fell}`);
  }
  return error;
}

/** How a container ended; undefined of one that runs, has yet to, or ended well. */
async function fallOf({ docker }: Engine, id: string, signal: AbortSignal) {
  const { State } = await ask(
    "Looking at a container that may have ended",
    (abortSignal) => docker.getContainer(id).inspect({ abortSignal }),
    { signal },
  );
  if (State.Running || State.ExitCode === 0) return undefined;
  return `ended with ${State.ExitCode}${State.Error && `: ${State.Error}`}`;
}
