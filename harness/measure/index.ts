import type { EventRow, Row, SampleRow, SampleSource } from "../record/schema.ts";
import type { RowSink } from "../record/writer.ts";
import { ofContainers, ofProject } from "./events.ts";
import { ProjectWatch } from "./project-watch.ts";
import type { MeasuredEngine } from "./sampler.ts";
import type { Sampling } from "./sampling.ts";

export interface WatchOptions extends SamplingOptions {
  /** The compose project whose containers are watched. */
  readonly project: string;
  /** Services that have more than one container: theirs are named "service-1", "service-2". */
  readonly replicated?: ReadonlySet<string>;
}

export interface SamplingOptions {
  readonly engine: MeasuredEngine;
  /** Where containers, samples, gaps and events are written. */
  readonly sink: RowSink;
  /** The record's clock: monotonic milliseconds since the arm began. */
  readonly now: () => number;
  /** Samples a second where the source allows it. Default 20. */
  readonly hz?: number;
  /** Whether each sample is told at once; else within a quarter of a second, which costs less. */
  readonly atOnce?: boolean;
  /** Use no better source than this one. Default: the best there is. */
  readonly source?: SampleSource;
  /** Who reads cgroup files. Default: a process of this machine, where the engine is on it. */
  readonly sampling?: Sampling;
}

/** A compose project under observation. */
export interface Watch {
  /** The newest sample of a service, told within a quarter of a second; undefined before the first. */
  latest(service: string): SampleRow | undefined;
  /** Done when every container that runs has been sampled. One that ends before is not waited for. */
  sampled(): Promise<void>;
  /** Events of a service so far, optionally of one kind. */
  events(service: string, action?: EventRow["action"]): readonly EventRow[];
  /** Shows every row as it comes, samples one by one. Gives back how to stop that. */
  onRow(listener: (row: Row) => void): () => void;
  /** Aborted, with an `EnvironmentError` as its reason, when events or samples can no longer be had. */
  readonly lost: AbortSignal;
  /** Ends all sampling and the subscription. Nothing is written afterwards. */
  stop(): Promise<void>;
}

/**
 * Watches a compose project: call it before the project is brought up. Each container that
 * starts is sampled by the best source there is until it ends; started again, sampled again.
 * Throws `EnvironmentError` when the engine does not let us subscribe to its events.
 */
export async function watchProject(options: WatchOptions): Promise<Watch> {
  const watch = new ProjectWatch(options, ofProject(options.project, options.replicated));
  await watch.begin();
  return watch;
}

/**
 * Watches containers that run already, named by their id: from now on, as those of a project.
 * Throws as `watchProject` does.
 */
export async function watchContainers(
  names: ReadonlyMap<string, string>,
  options: SamplingOptions,
): Promise<Watch> {
  const watch = new ProjectWatch(options, ofContainers(names));
  await watch.begin(names);
  return watch;
}
