/**
 * The record: everything seen in one run of one arm, one JSON object a line, in order of time.
 * `t` is milliseconds of a monotonic clock since the arm began. Memory and traffic are bytes.
 */
export const RECORD_SCHEMA = "aftershock/record@1";

export type Role = "broken" | "fixed" | "control" | "yours" | "probe";

/** Where samples came from, best first. */
export type SampleSource = "cgroup-v1" | "cgroup-v2" | "stats-oneshot" | "stats-stream";

export interface EngineFacts {
  readonly kind: "system" | "embedded";
  readonly version: string;
  readonly api: string;
  readonly cgroup: 1 | 2;
  readonly arch: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** First line of every record. */
export interface HeadRow {
  readonly type: "head";
  readonly schema: typeof RECORD_SCHEMA;
  readonly t: 0;
  readonly scenario: string;
  readonly arm: string;
  readonly role: Role;
  /** 1 for the first run of this arm. */
  readonly repeat: number;
  /** Wall clock, ISO 8601, UTC. */
  readonly startedAt: string;
  readonly engine: EngineFacts;
  /** What the arm set for its compose project, ARM (the build target) among it. */
  readonly env: Readonly<Record<string, string>>;
}

/** A container of the project came under observation. */
export interface ContainerRow {
  readonly type: "container";
  readonly t: number;
  readonly service: string;
  readonly container: string;
  readonly image: string;
  readonly source: SampleSource;
  readonly hz: number;
  readonly limits: {
    readonly memory: number | null;
    readonly pids: number | null;
    readonly cpus: number | null;
  };
}

/** The numbers of one sample; null where the source cannot tell. */
export interface SampleValues {
  /** Anonymous memory: what the programs allocated (the leak). */
  readonly anon: number | null;
  /** Usage less inactive file cache: what the Docker CLI shows. */
  readonly workingSet: number | null;
  /** Everything charged: what the OOM killer judges. */
  readonly current: number | null;
  /** Highest `current` so far by the kernel's own counter. */
  readonly peak: number | null;
  /** Tasks, so threads too; zombies count until they are reaped. */
  readonly pids: number | null;
  /** Processes that are alive. */
  readonly processes: number | null;
  readonly zombies: number | null;
  /** Bytes received and sent by the container, loopback left out. */
  readonly rx: number | null;
  readonly tx: number | null;
  /** Processor time used so far, milliseconds. */
  readonly cpuMs: number | null;
  /** Processes of this container that the kernel's OOM killer has killed so far. */
  readonly oomKills: number | null;
}

/**
 * One sample, or a run of identical ones: `n` samples with these values, the first at `t`,
 * the last at `until`. Nothing is lost: a sampler's idle ticks are only told once.
 */
export interface SampleRow extends SampleValues {
  readonly type: "sample";
  readonly t: number;
  readonly until: number;
  readonly n: number;
  readonly service: string;
}

/** A stretch in which the sampler came too late: longer than 3 of its periods. */
export interface GapRow {
  readonly type: "gap";
  readonly t: number;
  readonly until: number;
  readonly service: string;
}

/** A phase begins (and the one before it ends). */
export interface PhaseRow {
  readonly type: "phase";
  readonly t: number;
  readonly name: string;
}

/** The engine said something about a container. */
export interface EventRow {
  readonly type: "event";
  readonly t: number;
  readonly service: string;
  readonly action: "start" | "oom" | "die" | "kill" | "stop" | "restart" | "destroy" | "pause";
  readonly exitCode?: number;
}

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Something the scenario saw by itself: a count, an answer, a table's size. */
export interface ObservationRow {
  readonly type: "observation";
  readonly t: number;
  readonly name: string;
  readonly value: Json;
  readonly unit?: string;
}

/** Proof that load was applied: `count` operations more of this kind were really done. */
export interface LoadRow {
  readonly type: "load";
  readonly t: number;
  readonly name: string;
  readonly count: number;
}

/** How the arm ended. A record without this line was cut off. */
export interface TailRow {
  readonly type: "tail";
  readonly t: number;
  readonly outcome: "completed" | "inconclusive" | "environment" | "interrupted";
  /** Why, where it did not complete. */
  readonly reason?: string;
  /** Where the time went, milliseconds. */
  readonly spent: { readonly up: number; readonly drive: number; readonly down: number };
}

export type Row =
  | HeadRow
  | ContainerRow
  | SampleRow
  | GapRow
  | PhaseRow
  | EventRow
  | ObservationRow
  | LoadRow
  | TailRow;
