import { setTimeout as sleep } from "node:timers/promises";
import { ask, statusOf } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError, InconclusiveError, JobNotDoneError, messageOf } from "../errors.ts";
import { exec, type ExecRequest } from "../lifecycle/exec.ts";
import type { ReadyProbe } from "../scenario/types.ts";

/**
 * Waits until every probe has ended with 0, one after the other.
 * @throws EnvironmentError NOT_READY where a part of the lab's own never came up; JobNotDoneError
 *   where it was the system under test
 */
export async function becomeReady(
  engine: Engine,
  probes: readonly ReadyProbe[],
  containers: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  for (const { service, command, withinMs = 60_000, of } of probes) {
    const deadline = performance.now() + withinMs;
    const container = containers.get(service) ?? "";
    for (;;) {
      const { said, ended } = await probe(engine, { container, service, command, signal });
      if (said === undefined) break;
      if (ended || performance.now() >= deadline) {
        const when = ended ? "" : ` within ${withinMs / 1000} s`;
        const lives = await livesOf(engine, container, signal);
        const why = lives === undefined ? said : `${said}; ${service} ${lives}`;
        // Who asks is a part of the lab's: who is asked is not healthy.
        throw of === "system"
          ? new JobNotDoneError(
              "JOB_NOT_DONE",
              `The system was not healthy${when}: in ${service} ${why}`,
            )
          : new EnvironmentError("NOT_READY", `${service} was not healthy${when}: ${why}`);
      }
      await sleep(100, undefined, { signal });
    }
  }
}

/** That the engine has started a container again: why nothing can be asked of it for long. */
async function livesOf({ docker }: Engine, container: string, signal: AbortSignal) {
  try {
    const { RestartCount: times } = await ask(
      "Asking how often a container was started again",
      (abortSignal) => docker.getContainer(container).inspect({ abortSignal }),
      { signal },
    );
    return times > 0 ? `was started again ${times === 1 ? "once" : `${times} times`}` : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (statusOf(error) === undefined) throw error;
    return undefined; // what was said of it stands
  }
}

interface Probed {
  /** What went wrong; undefined if the command ended with 0. A container still starting is no error. */
  readonly said?: string;
  /** Whether nothing can be run there any more: its container has ended, and nobody starts it again. */
  readonly ended?: boolean;
}

async function probe({ docker }: Engine, request: Omit<ExecRequest, "timeoutMs">): Promise<Probed> {
  try {
    const { exitCode, stdout, stderr } = await exec(docker, { ...request, timeoutMs: 10_000 });
    if (exitCode === 0) return {};
    const words = (stderr || stdout).trim();
    return {
      said: `"${request.command.join(" ")}" ended with ${exitCode}${words && `: ${words}`}`,
    };
  } catch (error) {
    request.signal.throwIfAborted();
    if (error instanceof EnvironmentError) throw error;
    const ended = error instanceof InconclusiveError && error.code === "CONTAINER_ENDED";
    return { said: messageOf(error), ended };
  }
}
