import type { SampleSource } from "../record/schema.ts";
import type { MeasuredEngine, Sampler, Tell, TellStill } from "./sampler.ts";
import type { Sampling } from "./sampling.ts";
import { statsTaker } from "./stats.ts";
import { oneShotSampler } from "./stats-oneshot.ts";
import { streamSampler } from "./stats-stream.ts";

export interface SamplerWishes {
  readonly hz: number;
  /** How many oom events the container had since it was started: what an API source goes by. */
  readonly ooms: () => number;
  readonly tell: Tell;
  /** Told of stretches in which the container stood still, where files are read. */
  readonly stood: TellStill;
  /** Told when sampling cannot go on though the container may. */
  readonly failed: (error: unknown) => void;
  /** Whether each sample is told at once, where files are read. */
  readonly atOnce: boolean;
  /** Use this source and no better one. Where it cannot be had, the choice is free. */
  readonly source?: SampleSource | undefined;
}

/** The best sampler for a container that runs now: its cgroup's files, else the engine's stats. */
export async function chooseSampler(
  engine: MeasuredEngine,
  sampling: Sampling,
  containerId: string,
  { hz, ooms, tell, stood, failed, atOnce, source }: SamplerWishes,
): Promise<Sampler> {
  const reading = source?.startsWith("stats-")
    ? undefined
    : await sampling.sampler(containerId, hz, { tell, stood, failed, atOnce });
  if (typeof reading === "object") return reading;
  const asking = await statsSampler(engine, containerId, { hz, ooms, tell, failed, source });
  return reading === undefined ? asking : { ...asking, why: reading };
}

async function statsSampler(
  engine: MeasuredEngine,
  containerId: string,
  { hz, ooms, tell, failed, source }: Omit<SamplerWishes, "stood" | "atOnce">,
): Promise<Sampler> {
  const take = statsTaker({ ooms, tell, failed });
  if (source !== "stats-stream" && answersAtOnce(engine.facts.version)) {
    return oneShotSampler(engine.docker, containerId, hz, take);
  }
  return streamSampler(engine.docker, containerId, take);
}

/** Before Engine 25 a one-shot answer comes a second late. */
function answersAtOnce(version: string): boolean {
  return Number.parseInt(version, 10) >= 25;
}
