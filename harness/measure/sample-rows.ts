import type { SampleValues } from "../record/schema.ts";

/** One sample of one sampler on its way between processes. */
export interface TakenSample {
  readonly sampler: number;
  /** When, by the `steady` clock. */
  readonly at: number;
  readonly values: SampleValues;
}

/** Each metric, and where it stands in a row: the compiler misses none. */
const place: Readonly<Record<keyof SampleValues, number>> = {
  anon: 2,
  workingSet: 3,
  current: 4,
  peak: 5,
  pids: 6,
  processes: 7,
  zombies: 8,
  rx: 9,
  tx: 10,
  cpuMs: 11,
  oomKills: 12,
  fds: 13,
  sockets: 14,
  shmem: 15,
  waitMs: 16,
  throttledMs: 17,
};
const metrics = Object.keys(place) as (keyof SampleValues)[];
const width = 2 + metrics.length;

/** Samples as plain numbers, which cross between processes for next to nothing; null is NaN. */
export function packSamples(samples: readonly TakenSample[]): Float64Array {
  const packed = new Float64Array(samples.length * width);
  samples.forEach(({ sampler, at, values }, row) => {
    const start = row * width;
    packed[start] = sampler;
    packed[start + 1] = at;
    for (const metric of metrics) packed[start + place[metric]] = values[metric] ?? Number.NaN;
  });
  return packed;
}

/** The samples that were packed. */
export function unpackSamples(packed: Float64Array): TakenSample[] {
  const value = (at: number) => (Number.isNaN(packed[at]!) ? null : packed[at]!);
  return Array.from({ length: packed.length / width }, (_, row) => {
    const start = row * width;
    const values = {} as Record<keyof SampleValues, number | null>;
    for (const metric of metrics) values[metric] = value(start + place[metric]);
    return { sampler: packed[start]!, at: packed[start + 1]!, values };
  });
}
