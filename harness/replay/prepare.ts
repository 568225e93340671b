import { execa } from "execa";
import { join } from "node:path";
import type { Engine } from "../engine/index.ts";
import { AftershockError } from "../errors.ts";
import { imagesOf, prepare, type ImagesOf } from "../images/prepare.ts";
import type { ImagesModel } from "../images/wanted.ts";
import type { Progress } from "../progress.ts";
import type { Job } from "./plan.ts";

/** What each job's arm is started from, or why it can't be. */
export interface PreparedImages {
  readonly images: ReadonlyMap<Job, ImagesOf>;
  readonly refused: ReadonlyMap<Job, AftershockError>;
}

/**
 * Gets the images of the jobs' scenarios, and the bases that they stand on; what the engine has
 * is left alone. An image that can't be had costs only the jobs that need it.
 * @throws ScenarioError before anything is built, where a Dockerfile, target, context or file is
 * missing
 */
export async function prepareImages(
  engine: Engine,
  jobs: readonly Job[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<PreparedImages> {
  const models = await modelsOf(engine, jobs);
  const { images, ended } = await prepare(engine, models, progress, signal);
  await ended;
  signal?.throwIfAborted();
  const had = new Map<Job, ImagesOf>();
  const refused = new Map<Job, AftershockError>();
  for (const [i, job] of jobs.entries()) {
    try {
      had.set(job, await imagesOf(images[i] ?? {}));
    } catch (error) {
      if (!(error instanceof AftershockError)) throw error;
      refused.set(job, error);
    }
  }
  return { images: had, refused };
}

/** Repeats of an arm have the same model. */
async function modelsOf(engine: Engine, jobs: readonly Job[]): Promise<readonly ImagesModel[]> {
  const asked = new Map<string, Promise<ImagesModel>>();
  const models = jobs.map((job) => {
    const key = JSON.stringify([job.definition.folder, job.env]);
    const model = asked.get(key) ?? modelOf(engine, job);
    asked.set(key, model);
    return model;
  });
  return Promise.all(models);
}

async function modelOf(engine: Engine, job: Job): Promise<ImagesModel> {
  const [command = "docker", ...prefix] = engine.compose;
  const { folder } = job.definition;
  const { stdout } = await execa(
    command,
    [
      ...prefix,
      "--file",
      join(folder, "compose.yml"),
      "--profile",
      "*",
      "config",
      "--format",
      "json",
    ],
    { env: { ...engine.env, ...job.env }, extendEnv: false },
  );
  return { folder, ...(JSON.parse(stdout) as Omit<ImagesModel, "folder">) };
}
