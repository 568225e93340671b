import type { SampleValues } from "../record/schema.ts";

/** One sample of one sampler on its way between processes. */
export interface TakenSample {
  readonly sampler: number;
  /** When, by the `steady` clock. */
  readonly at: number;
  readonly values: SampleValues;
}

/** Numbers in a row: the sampler, the time, and each metric. */
const width = 13;

/** Samples as plain numbers, which cross between processes for next to nothing; null is NaN. */
export function packSamples(samples: readonly TakenSample[]): Float64Array {
  const packed = new Float64Array(samples.length * width);
  let place = 0;
  const put = (value: number | null) => void (packed[place++] = value ?? Number.NaN);
  for (const { sampler, at, values } of samples) {
    put(sampler);
    put(at);
    put(values.anon);
    put(values.workingSet);
    put(values.current);
    put(values.peak);
    put(values.pids);
    put(values.processes);
    put(values.zombies);
    put(values.rx);
    put(values.tx);
    put(values.cpuMs);
    put(values.oomKills);
  }
  return packed;
}

/** The samples that were packed. */
export function unpackSamples(packed: Float64Array): TakenSample[] {
  let place = 0;
  const number = () => packed[place++]!;
  const value = () => {
    const found = number();
    return Number.isNaN(found) ? null : found;
  };
  const taken: TakenSample[] = [];
  while (place < packed.length)
    taken.push({
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
  return taken;
}
