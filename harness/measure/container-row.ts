import type { ContainerRow } from "../record/schema.ts";
import type { MeasuredEngine } from "./sampler.ts";

type Container = ReturnType<MeasuredEngine["docker"]["getContainer"]>;

/** What a record says about a container, from the engine's inspect answer. 0 means no limit. */
export function containerFacts(
  info: Awaited<ReturnType<Container["inspect"]>>,
): Pick<ContainerRow, "container" | "image" | "limits"> {
  const { Memory, PidsLimit, NanoCpus } = info.HostConfig;
  return {
    container: info.Id,
    image: info.Config.Image,
    limits: {
      memory: limit(Memory),
      pids: limit(PidsLimit),
      cpus: limit((NanoCpus ?? 0) / 1e9),
    },
  };
}

function limit(value: number | null | undefined): number | null {
  return value && value > 0 ? value : null;
}
