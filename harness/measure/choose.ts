import type { SampleSource } from "../record/schema.ts";
import { cgroupSampler, startSampling } from "./cgroup-sampler.ts";
import type { MeasuredEngine, Sampler, Tell, TellStill } from "./sampler.ts";
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
  /** Use this source and no better one. Where it cannot be had, the choice is free. */
  readonly source?: SampleSource | undefined;
}

/** Done when samplers of this engine's containers can begin at once: what they need has started. */
export async function prepareSampling(
  engine: MeasuredEngine,
  source: SampleSource | undefined,
): Promise<void> {
  if (engine.local && !source?.startsWith("stats-")) await startSampling();
}

/** The best sampler for a container that runs now: its cgroup's files, else the engine's stats. */
export async function chooseSampler(
  engine: MeasuredEngine,
  containerId: string,
  { hz, ooms, tell, stood, failed, source }: SamplerWishes,
): Promise<Sampler> {
  const paths = source?.startsWith("stats-") ? null : engine.cgroup(containerId);
  if (paths) return cgroupSampler(paths, hz, { tell, stood, failed });
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
