import type { CgroupPaths } from "../engine/types.ts";

/** A container to sample: where its files lie, or, for a process that looks itself, its id. */
export type Place =
  | CgroupPaths
  | { readonly version: CgroupPaths["version"]; readonly container: string };

/** What the sampling process is asked: to follow a container, to leave it, to tell the time. */
export type Order =
  | {
      readonly id: number;
      readonly place: Place;
      readonly hz: number;
      /** Whether each sample is told at once. */
      readonly atOnce?: boolean;
    }
  | { readonly leave: number }
  | { readonly ping: number };

/**
 * What it answers: that it has started, and how fast it is there; then this. A sampler is closed
 * once, asked or because its container has ended. All times are by its own `steady` clock.
 */
export type Answer =
  | { readonly started: true; readonly pace: number | undefined }
  | { readonly opened: number }
  | { readonly samples: Float64Array }
  | { readonly stood: number; readonly from: number; readonly until: number }
  | { readonly failed: number; readonly message: string; readonly code?: string | undefined }
  | { readonly closed: number }
  | { readonly pong: number; readonly at: number };
