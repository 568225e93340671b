import type { Engine } from "../engine/index.ts";
import { ensureBases } from "../engine/rootfs.ts";
import { ensureImages } from "../lifecycle/images.ts";
import type { Progress } from "../progress.ts";
import type { ResolvedJob } from "./models.ts";

/**
 * Base images, then those of the jobs' scenarios; what the engine has is left alone.
 * @throws EnvironmentError where one can't be made
 */
export async function prepareImages(
  engine: Engine,
  jobs: readonly ResolvedJob[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  await ensureBases(engine, progress, signal);
  const models = [...new Set(jobs.map(({ model }) => model))];
  await ensureImages(engine, models, progress, signal);
}
