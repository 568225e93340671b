import type { Engine } from "../engine/index.ts";
import { AftershockError } from "../errors.ts";
import { imagesOf, prepare } from "../images/prepare.ts";
import type { Progress } from "../progress.ts";
import type { ResolvedJob } from "./models.ts";

/** Image ids by service: containers start by these, whatever another run does to the names. */
export type ImageIds = Readonly<Record<string, string>>;

/** What each job's arm is started from, or why it can't be. */
export interface PreparedImages<T> {
  readonly images: ReadonlyMap<T, ImageIds>;
  readonly refused: ReadonlyMap<T, AftershockError>;
}

/**
 * Gets the images of the jobs' scenarios, and the bases that they stand on; what the engine has
 * is left alone. An image that can't be had costs only the jobs that need it.
 * @throws ScenarioError before anything is built, where a Dockerfile, target, context or file is
 * missing
 */
export async function prepareImages<T extends ResolvedJob>(
  engine: Engine,
  jobs: readonly T[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<PreparedImages<T>> {
  const requests = jobs.map(({ definition, model }) => ({ folder: definition.folder, model }));
  const { images, ended } = await prepare(engine, requests, progress, signal);
  await ended;
  signal?.throwIfAborted();
  const had = new Map<T, ImageIds>();
  const refused = new Map<T, AftershockError>();
  for (const [i, job] of jobs.entries()) {
    try {
      const found = Object.entries(await imagesOf(images[i] ?? {}));
      had.set(job, Object.fromEntries(found.map(([service, { id }]) => [service, id])));
    } catch (error) {
      if (!(error instanceof AftershockError)) throw error;
      refused.set(job, error);
    }
  }
  return { images: had, refused };
}
