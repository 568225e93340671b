import type { Engine } from "../engine/index.ts";
import type { AftershockError } from "../errors.ts";
import type { Progress } from "../progress.ts";
import { shortOfMemory } from "./capacity.ts";
import type { TracedJob } from "./provenance.ts";
import { prepareImages, type ImageIds } from "./prepare.ts";
import type { Capacity } from "./queue.ts";

/** Why some jobs can't be run here. They are told as `environment`; the others are run. */
export type Refusals = ReadonlyMap<TracedJob, AftershockError>;

/** What a run stands on: the images of those that can be run, and the rest. */
export interface Ground {
  readonly images: ReadonlyMap<TracedJob, ImageIds>;
  readonly refusals: Refusals;
}

/**
 * Makes ready what the jobs need, and finds out which can't be run: before any of them is.
 * @throws EnvironmentError where none can
 */
export async function makeReady(
  engine: Engine,
  jobs: readonly TracedJob[],
  capacity: Capacity,
  progress: Progress,
  signal: AbortSignal,
): Promise<Ground> {
  const refusals = new Map<TracedJob, AftershockError>();
  for (const job of jobs) {
    const short = shortOfMemory(capacity, job);
    if (short) refusals.set(job, short);
  }
  const others = jobs.filter((job) => !refusals.has(job));
  const { images, refused } = await prepareImages(engine, others, progress, signal);
  for (const [job, error] of refused) refusals.set(job, error);
  const [first] = refusals.values();
  if (first && refusals.size === jobs.length) throw first;
  for (const message of new Set([...refusals.values()].map((error) => error.message)))
    progress.note(message);
  return { images, refusals };
}
