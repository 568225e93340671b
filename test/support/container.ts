import type { Engine } from "../../harness/engine/index.ts";
import { label, ownerLabel } from "../../harness/lifecycle/labels.ts";

export interface ContainerOptions {
  readonly project: string;
  readonly service: string;
  /** Number among the service's containers. Default 1. */
  readonly number?: number;
  readonly command: readonly string[];
  readonly memory: number;
  readonly pids?: number;
  /** A network of the engine, by name or "none". Default "none". */
  readonly network?: string;
  readonly image?: string;
}

/** A container as compose would label it; disposing removes it. Create, subscribe, then start. */
export async function createContainer(engine: Engine, options: ContainerOptions) {
  const container = await engine.docker.createContainer({
    Image: options.image ?? "aftershock/base:bullseye",
    Cmd: [...options.command],
    User: "65534",
    Labels: {
      "com.docker.compose.project": options.project,
      "com.docker.compose.service": options.service,
      "com.docker.compose.container-number": String(options.number ?? 1),
      [label.run]: options.project,
      [label.owner]: ownerLabel(),
    },
    HostConfig: {
      Memory: options.memory,
      MemorySwap: options.memory,
      PidsLimit: options.pids ?? 64,
      NetworkMode: options.network ?? "none",
      Tmpfs: { "/scratch": "size=128m,mode=1777" },
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
    },
  });
  return {
    id: container.id,
    container,
    start: () => container.start(),
    [Symbol.asyncDispose]: async () => container.remove({ force: true, v: true }),
  };
}
