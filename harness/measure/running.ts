import { EnvironmentError } from "../errors.ts";
import type { SampleValues } from "../record/schema.ts";
import { memoryControllerHint } from "./no-memory-controller.ts";
import type { Sampler } from "./sampler.ts";

/** One container that runs. */
export interface Running {
  readonly service: string;
  /** Undefined until the engine has said what it needs to know. */
  sampler?: Sampler;
  /** When the last sample was taken, or sampling began: a gap begins there. */
  last: number;
  /** The last time that the engine paused it. */
  paused?: { readonly from: number; readonly until?: number };
  /** Samples that were taken before the container was introduced: its row comes first. */
  readonly early: [SampleValues, number][];
  /** Settled by the first sample, or when there will be none. */
  readonly first: PromiseWithResolvers<void>;
}

/**
 * Waits for a container's first sample, or that there will be none.
 * @throws EnvironmentError NO_SAMPLE if it comes to nothing in 10 s
 */
export async function firstSampleOf({ service, first }: Running): Promise<void> {
  const late = setTimeout(() => {
    const message = `No sample of ${service} came in ${longestMs / 1000} s: it cannot be measured.`;
    first.reject(new EnvironmentError("NO_SAMPLE", message, { hint: memoryControllerHint }));
  }, longestMs);
  try {
    await first.promise;
  } finally {
    clearTimeout(late);
  }
}

/** Who has not been sampled by then will not be. */
const longestMs = 10_000;
