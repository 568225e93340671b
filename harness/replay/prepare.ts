import type { Engine } from "../engine/index.ts";
import { imagesOf, prepare, type ImagesOf } from "../images/prepare.ts";
import type { Progress } from "../progress.ts";
import type { ComposeModel } from "../scenario/compose-model.ts";
import type { Job } from "./plan.ts";

/** Images on their way to the jobs that need them. */
export interface Images {
  /** Those of one job, when they are there. Rejects with EnvironmentError where one can't be had. */
  of(job: Job): Promise<ImagesOf>;
  /** Resolves when none is on its way any more, whatever came of them. */
  readonly ended: Promise<void>;
}

/**
 * Begins to build and pull what the jobs need and the engine does not have, bases included; the
 * first job's images first.
 * @throws ScenarioError before anything is built, where a Dockerfile, target, context or file is
 * missing
 */
export async function prepareImages(
  engine: Engine,
  models: ReadonlyMap<Job, ComposeModel>,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Images> {
  const distinct = [...new Set(models.values())];
  const folders = new Map([...models].map(([job, model]) => [model, job.definition.folder]));
  const wanted = distinct.map((model) => ({ ...model, folder: folders.get(model)! }));
  const { images, ended } = await prepare(engine, wanted, progress, signal);
  const byModel = new Map(distinct.map((model, i) => [model, imagesOf(images[i] ?? {})]));
  for (const all of byModel.values()) all.catch(() => {}); // who needs them awaits them
  return { of: (job) => byModel.get(models.get(job)!)!, ended };
}
