import type { Engine } from "../engine/index.ts";
import { EnvironmentError, type AftershockError } from "../errors.ts";
import type { Progress } from "../progress.ts";
import { shortOfMemory } from "./capacity.ts";
import type { TracedJob } from "./provenance.ts";
import { prepareImages } from "./prepare.ts";
import type { Capacity } from "./queue.ts";

/** Why some jobs can't be run here. They are told as `environment`; the others are run. */
export type Refusals = ReadonlyMap<TracedJob, AftershockError>;

/**
 * Makes ready what the jobs need, and finds out which can't be run: before any of them is.
 * @throws EnvironmentError where none can
 */
export async function findRefusals(
  engine: Engine,
  jobs: readonly TracedJob[],
  capacity: Capacity,
  progress: Progress,
  signal: AbortSignal,
): Promise<Refusals> {
  const refusals = new Map<TracedJob, AftershockError>();
  for (const job of jobs) {
    const short = shortOfMemory(capacity, job);
    if (short) refusals.set(job, short);
  }
  const others = jobs.filter((job) => !refusals.has(job));
  if (others.length > 0) {
    for (const [job, error] of await withoutImages(engine, others, progress, signal))
      refusals.set(job, error);
  }
  const [first] = refusals.values();
  if (first && refusals.size === jobs.length) throw first;
  for (const message of new Set([...refusals.values()].map((error) => error.message)))
    progress.note(message);
  return refusals;
}

/** All images at once; only where one fails, those of each arm by themselves. */
async function withoutImages(
  engine: Engine,
  jobs: readonly TracedJob[],
  progress: Progress,
  signal: AbortSignal,
): Promise<Refusals> {
  const failed = await imagesFailure(engine, jobs, progress, signal);
  if (!failed) return new Map();
  const arms = [...Map.groupBy(jobs, ({ scenario, arm }) => `${scenario}.${arm}`).values()];
  if (arms.length === 1) throw failed;
  const refusals = new Map<TracedJob, AftershockError>();
  for (const arm of arms) {
    const error = await imagesFailure(engine, arm, progress, signal);
    if (error) for (const job of arm) refusals.set(job, error);
  }
  return refusals;
}

/** Bases and the engine itself are everybody's: their failure is thrown. */
async function imagesFailure(
  engine: Engine,
  jobs: readonly TracedJob[],
  progress: Progress,
  signal: AbortSignal,
): Promise<EnvironmentError | undefined> {
  try {
    await prepareImages(engine, jobs, progress, signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EnvironmentError && error.code === "IMAGE_NOT_BUILT") return error;
    throw error;
  }
}
