import { join } from "node:path";
import { ask, statusOf } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import type { ImagesModel } from "../images/wanted.ts";
import { MiB } from "../judge/units.ts";

/** The service name that its image is built under; its container is no part of the project. */
export const TOOLBOX = "toolbox";

const context = join(import.meta.dirname, "../../images/toolbox");

/** What builds the toolbox's image: beside a scenario's images, and only for drills. */
export function toolboxImage({ secrets, folder }: ImagesModel): ImagesModel {
  const build = { context, network: "host" };
  return { secrets, folder, services: { [TOOLBOX]: { image: "aftershock/toolbox:1", build } } };
}

export interface ToolboxRequest {
  readonly image: string;
  /** Id of the container beside which it stands. */
  readonly victim: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Starts a toolbox in a container's process ids and network: it alone may trace processes and see
 * packets, and it has no more than that. Its programs weigh nothing in the victim's own limits.
 */
export async function startToolbox(
  { docker }: Engine,
  { image, victim, labels }: ToolboxRequest,
  signal: AbortSignal,
): Promise<string> {
  const beside = `container:${victim}`;
  const made = await ask(
    "Making the toolbox",
    (abortSignal) =>
      docker.createContainer({
        Image: image,
        Labels: { ...labels, [toolboxLabel]: "yes" },
        abortSignal,
        HostConfig: {
          PidMode: beside,
          NetworkMode: beside,
          CapDrop: ["ALL"],
          CapAdd: ["SYS_PTRACE", "NET_RAW"],
          SecurityOpt: ["no-new-privileges:true"],
          ReadonlyRootfs: true,
          Tmpfs: { "/tmp": "size=64m" },
          Memory: 384 * MiB,
          MemorySwap: 384 * MiB,
          PidsLimit: 64,
          NanoCpus: 1e9,
          // Who looks is not to make the box late.
          CpuShares: 256,
          LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "1" } },
        },
      }),
    { signal },
  );
  await start(made, signal);
  return made.id;
}

const toolboxLabel = "aftershock.toolbox";

/**
 * Id of a session's toolbox, which runs: it ends whenever its victim does, whose process ids it
 * shares, and is then started again.
 * @throws EnvironmentError NO_TOOLBOX where there is none, or its victim is down
 */
export async function runningToolbox(
  { docker }: Engine,
  runLabel: string,
  signal: AbortSignal,
): Promise<string> {
  const filters = { label: [runLabel, `${toolboxLabel}=yes`] };
  const [found] = await ask(
    "Looking for the toolbox",
    (abortSignal) => docker.listContainers({ all: true, filters, abortSignal }),
    { signal },
  );
  if (!found) throw noToolbox("The toolbox is not there yet.");
  if (found.State !== "running") await start(docker.getContainer(found.Id), signal);
  return found.Id;
}

async function start(
  container: ReturnType<Engine["docker"]["getContainer"]>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const starting = (abortSignal: AbortSignal) => container.start({ abortSignal });
    await ask("Starting the toolbox", starting, { signal });
  } catch (cause) {
    const status = statusOf(cause);
    if (status === 304) return; // it runs
    if (status === undefined) throw cause;
    throw noToolbox("The toolbox can't stand beside a service that is down at this moment.", cause);
  }
}

const noToolbox = (message: string, cause?: unknown) =>
  new EnvironmentError("NO_TOOLBOX", message, {
    hint: "Try again in a moment; `aftershock drill` tells how the system is.",
    cause,
  });
