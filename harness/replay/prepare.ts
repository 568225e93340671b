import type { Engine } from "../engine/index.ts";
import { ensureBases } from "../engine/rootfs.ts";
import { ensureImages } from "../lifecycle/images.ts";
import type { Progress } from "../progress.ts";
import type { Job } from "./plan.ts";

/**
 * Base images, then those of the jobs' scenarios; what the engine has is left alone.
 * @throws EnvironmentError where one can't be made
 */
export async function prepareImages(
  engine: Engine,
  jobs: readonly Job[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  await ensureBases(engine, progress, signal);
  const requests = jobs.map(({ definition, env }) => ({ folder: definition.folder, env }));
  await ensureImages(engine, requests, progress, signal);
}
