import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, statusOf } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import type { ImagesModel } from "../images/wanted.ts";
import { MiB } from "../judge/units.ts";
import { packageRoot } from "../package.ts";

/** The service name that its image is built under; its container is no part of the project. */
export const TOOLBOX = "toolbox";

const context = join(packageRoot, "images/toolbox");

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
 * Makes a toolbox in a container's process ids and network, and starts it unless that is down at
 * this moment: it alone may trace processes and see packets, and it reaches nothing else. Its
 * programs weigh nothing in the victim's own limits.
 */
export async function setToolbox(
  engine: Engine,
  { image, victim, labels }: ToolboxRequest,
  signal: AbortSignal,
): Promise<string> {
  const beside = `container:${victim}`;
  const made = await ask(
    "Making the toolbox",
    (abortSignal) =>
      engine.docker.createContainer({
        Image: image,
        Labels: { ...labels, [toolboxLabel]: "yes" },
        abortSignal,
        HostConfig: {
          PidMode: beside,
          NetworkMode: beside,
          CapDrop: ["ALL"],
          // The last, because environ and fd of another user's process are open to that user alone.
          CapAdd: ["SYS_PTRACE", "NET_RAW", "DAC_OVERRIDE"],
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
  await tryToStart(engine, made.id);
  return made.id;
}

const toolboxLabel = "aftershock.toolbox";

/** A toolbox that runs, and since when: it ends whenever its victim does, and is started again. */
export interface Running {
  readonly id: string;
  readonly startedAt: string;
}

/** Longer than a service that is started again takes to be up. */
const standsWithinMs = 20_000;

/**
 * A session's toolbox, as soon as it runs.
 * @throws EnvironmentError NO_TOOLBOX where there is none in time, as its victim is down
 */
export async function runningToolbox(engine: Engine, runLabel: string): Promise<Running> {
  const deadline = performance.now() + standsWithinMs;
  for (;;) {
    const found = await toolboxOf(engine, runLabel);
    const runs = found && (await running(engine, found));
    if (runs) return runs;
    if (performance.now() > deadline) throw noToolbox();
    if (found) await tryToStart(engine, found);
    await sleep(200);
  }
}

/** The engine tells the end of a container a little later than that of what ran in it. */
const toldWithinMs = 2_000;

/** Whether it is no more what it was: with its victim it ended, and whatever ran in it. */
export async function wasCutOff(engine: Engine, before: Running): Promise<boolean> {
  const deadline = performance.now() + toldWithinMs;
  while (performance.now() < deadline) {
    const now = await running(engine, before.id);
    if (now?.startedAt !== before.startedAt) return true;
    await sleep(100);
  }
  return false;
}

async function toolboxOf({ docker }: Engine, runLabel: string): Promise<string | undefined> {
  const filters = { label: [runLabel, `${toolboxLabel}=yes`] };
  const found = await ask("Looking for the toolbox", (abortSignal) =>
    docker.listContainers({ all: true, filters, abortSignal }),
  );
  return found[0]?.Id;
}

async function running({ docker }: Engine, id: string): Promise<Running | undefined> {
  try {
    const { State: state } = await ask("Asking how the toolbox is", (abortSignal) =>
      docker.getContainer(id).inspect({ abortSignal }),
    );
    return state.Running ? { id, startedAt: state.StartedAt } : undefined;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Beside a victim that is down it can't be started; another may be starting it at this moment. */
export async function tryToStart({ docker }: Engine, id: string): Promise<void> {
  try {
    await ask("Starting the toolbox", (abortSignal) =>
      docker.getContainer(id).start({ abortSignal }),
    );
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
  }
}

const noToolbox = () =>
  new EnvironmentError("NO_TOOLBOX", "The service is down, and nothing can stand beside it.", {
    hint: "Try again in a moment; `aftershock drill` tells how the system is.",
  });
