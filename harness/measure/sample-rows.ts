import type { SampleValues } from "../record/schema.ts";

/** One sample of one sampler on its way between threads. */
export interface TakenSample {
  readonly sampler: number;
  /** When, by the `steady` clock. */
  readonly at: number;
  readonly values: SampleValues;
}

const metrics = [
  "anon",
  "workingSet",
  "current",
  "peak",
  "pids",
  "processes",
  "zombies",
  "rx",
  "tx",
  "cpuMs",
  "oomKills",
] as const satisfies readonly (keyof SampleValues)[];
const width = 2 + metrics.length;

/** Samples as plain numbers, which cross between threads for next to nothing; null is NaN. */
export function packSamples(samples: readonly TakenSample[]): Float64Array {
  const packed = new Float64Array(samples.length * width);
  samples.forEach(({ sampler, at, values }, row) => {
    const start = row * width;
    packed[start] = sampler;
    packed[start + 1] = at;
    for (let i = 0; i < metrics.length; i++)
      packed[start + 2 + i] = values[metrics[i]!] ?? Number.NaN;
  });
  return packed;
}

/** The samples that were packed. */
export function unpackSamples(packed: Float64Array): TakenSample[] {
  const value = (at: number) => (Number.isNaN(packed[at]!) ? null : packed[at]!);
  return Array.from({ length: packed.length / width }, (_, row) => {
    const start = row * width;
    const values = {} as Record<keyof SampleValues, number | null>;
    for (let i = 0; i < metrics.length; i++) values[metrics[i]!] = value(start + 2 + i);
    return { sampler: packed[start]!, at: packed[start + 1]!, values };
  });
}
