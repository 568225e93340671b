import type { Engine } from "../engine/index.ts";
import { imagesOf, prepare } from "../images/prepare.ts";
import type { ImageIds } from "../lifecycle/project.ts";
import type { Progress } from "../progress.ts";
import type { ResolvedJob } from "./models.ts";
import { soonestProofFirst } from "./soonest-proof.ts";

/** Images on their way to the jobs that need them. */
export interface Images {
  /** Those of one job, when they are there. Rejects with EnvironmentError where one can't be had. */
  of(job: ResolvedJob): Promise<ImageIds>;
  /** Resolves when none is on its way any more, whatever came of them. */
  readonly ended: Promise<void>;
}

/**
 * Begins to build and pull what the jobs need and the engine does not have, bases included, in the
 * order of `soonestProofFirst`.
 * @throws ScenarioError before anything is built, where a Dockerfile, target, context or file is
 * missing
 */
export async function prepareImages(
  engine: Engine,
  jobs: readonly ResolvedJob[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<Images> {
  const inOrder = soonestProofFirst(jobs);
  const distinct = new Map(inOrder.map(({ model, definition }) => [model, definition.folder]));
  const wanted = [...distinct].map(([model, folder]) => ({ ...model, folder }));
  const { images, ended } = await prepare(engine, wanted, progress, signal);
  const ids = new Map(
    [...distinct.keys()].map((model, i) => [model, imagesOf(images[i] ?? {}).then(idsOf)]),
  );
  for (const all of ids.values()) all.catch(() => {}); // who needs them awaits them
  return { of: ({ model }) => ids.get(model)!, ended };
}

function idsOf(images: Awaited<ReturnType<typeof imagesOf>>): ImageIds {
  return Object.fromEntries(Object.entries(images).map(([service, { id }]) => [service, id]));
}
