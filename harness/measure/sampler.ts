import type { Engine } from "../engine/types.ts";
import type { SampleSource, SampleValues } from "../record/schema.ts";

/** What measuring needs of an engine. */
export type MeasuredEngine = Pick<Engine, "docker" | "facts" | "cgroup">;

/** Samples one container for as long as it runs. */
export interface Sampler {
  readonly source: SampleSource;
  /** How often it gives a sample when all is well. */
  readonly hz: number;
  /** Called `hz` times a second. May `tell` now, later, or (where the engine pushes) not at all. */
  tick(): void;
  close(): void;
}

/** Called with each sample. */
export type Tell = (values: SampleValues) => void;
