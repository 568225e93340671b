import type { Engine } from "../engine/types.ts";
import type { SampleSource, SampleValues } from "../record/schema.ts";

/** What measuring needs of an engine. */
export type MeasuredEngine = Pick<Engine, "docker" | "facts" | "cgroup" | "local">;

/** Samples one container for as long as it runs. */
export interface Sampler {
  readonly source: SampleSource;
  /** How often it gives a sample when all is well. */
  readonly hz: number;
  /** Where not a process of this machine reads. */
  readonly by?: "helper";
  /** How fast the processor is that it runs on, where a process reads: as `pace` tells it. */
  readonly pace?: number;
  /** Why there was no better source: a sentence. */
  readonly why?: string;
  /** Ends it. Done when all that was sampled until now has been told. */
  close(): Promise<void>;
}

/** Called when a container that stood still, frozen or stopped, has moved again: `steady` times. */
export type TellStill = (from: number, until: number) => void;

/** Called with each sample, and when it was taken by the `steady` clock. */
export type Tell = (values: SampleValues, at: number) => void;
