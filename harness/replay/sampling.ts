import type { Engine } from "../engine/index.ts";
import { helperImage } from "../images/helper.ts";
import { label, ownerLabel } from "../lifecycle/labels.ts";
import { samplingByHelper, samplingOfLocal, type Sampling } from "../measure/sampling.ts";
import type { Progress } from "../progress.ts";

/** What a run's sampling needs, made beforehand. */
export interface PreparedSampling {
  /** Starts it; disposed of, it has left nothing on the engine. */
  open(run: string): Promise<Sampling>;
}

/**
 * Prepares who reads the cgroup files of a run's containers: a process of this machine, else one
 * in a helper container, which ends with the run. Where neither can be, that is told, and stands
 * in each record.
 */
export async function prepareSampling(
  engine: Engine,
  progress: Progress,
  signal?: AbortSignal,
): Promise<PreparedSampling> {
  if (engine.local) {
    const sampling = samplingOfLocal(engine);
    const ready = sampling.ready(); // images are looked for meanwhile
    return { open: () => ready.then(() => sampling) };
  }
  const image = helperImage(engine, progress, signal);
  await image.catch(() => {}); // told when it is needed
  signal?.throwIfAborted();
  return {
    async open(run) {
      const labels = { [label.run]: run, [label.owner]: ownerLabel() };
      const sampling = samplingByHelper(engine, async () => ({ image: await image, labels }));
      const why = await sampling.ready();
      if (why !== undefined) progress.note(`${why} The engine's statistics have to do.`);
      return sampling;
    },
  };
}
