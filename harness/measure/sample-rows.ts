import type { SampleValues } from "../record/schema.ts";

/** One sample of one sampler on its way between processes. */
export interface TakenSample {
  readonly sampler: number;
  /** When, by the `steady` clock. */
  readonly at: number;
  readonly values: SampleValues;
}

const width = 13;

/** Samples as plain numbers, which cross between processes for next to nothing; null is NaN. */
export function packSamples(samples: readonly TakenSample[]): Float64Array {
  const packed = new Float64Array(samples.length * width);
  let at = 0;
  for (const { sampler, at: taken, values } of samples) {
    // Each by its name: to look the names up costs about as much as to read a file.
    packed[at++] = sampler;
    packed[at++] = taken;
    packed[at++] = values.anon ?? Number.NaN;
    packed[at++] = values.workingSet ?? Number.NaN;
    packed[at++] = values.current ?? Number.NaN;
    packed[at++] = values.peak ?? Number.NaN;
    packed[at++] = values.pids ?? Number.NaN;
    packed[at++] = values.processes ?? Number.NaN;
    packed[at++] = values.zombies ?? Number.NaN;
    packed[at++] = values.rx ?? Number.NaN;
    packed[at++] = values.tx ?? Number.NaN;
    packed[at++] = values.cpuMs ?? Number.NaN;
    packed[at++] = values.oomKills ?? Number.NaN;
  }
  return packed;
}

/** The samples that were packed. */
export function unpackSamples(packed: Float64Array): TakenSample[] {
  const samples: TakenSample[] = [];
  let at = 0;
  const number = () => packed[at++]!;
  const value = () => {
    const stored = number();
    return Number.isNaN(stored) ? null : stored;
  };
  // Properties are evaluated in the order in which they stand, so in the order of packing.
  while (at < packed.length)
    samples.push({
      sampler: number(),
      at: number(),
      values: {
        anon: value(),
        workingSet: value(),
        current: value(),
        peak: value(),
        pids: value(),
        processes: value(),
        zombies: value(),
        rx: value(),
        tx: value(),
        cpuMs: value(),
        oomKills: value(),
      },
    });
  return samples;
}
