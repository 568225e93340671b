import type { Engine } from "../../harness/engine/index.ts";
import { helperImage } from "../../harness/images/helper.ts";
import { label, ownerLabel } from "../../harness/lifecycle/labels.ts";
import { samplingByHelper, type Sampling } from "../../harness/measure/sampling.ts";
import { silent } from "../../harness/progress.ts";

/** Sampling by a helper container, also where the files are on this machine. */
export function helperOf(engine: Engine, run: string): Sampling {
  const labels = { [label.run]: run, [label.owner]: ownerLabel() };
  return samplingByHelper(engine, async () => ({
    image: await helperImage(engine, silent),
    labels,
  }));
}
