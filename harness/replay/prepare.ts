import { execa } from "execa";
import { join } from "node:path";
import type { Engine } from "../engine/index.ts";
import { ensureImages, type ImagesOf } from "../images/prepare.ts";
import type { ImagesModel } from "../images/wanted.ts";
import type { Progress } from "../progress.ts";
import type { Job } from "./plan.ts";

/**
 * The images of the jobs' scenarios, and the bases that they stand on; what the engine has is
 * left alone.
 * @throws EnvironmentError where one can't be made
 */
export async function prepareImages(
  engine: Engine,
  jobs: readonly Job[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<readonly ImagesOf[]> {
  const models = await Promise.all(jobs.map((job) => modelOf(engine, job)));
  return ensureImages(engine, models, progress, signal);
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
