/**
 * The record: everything seen in one run of one arm, one JSON object a line, in order of time.
 * `t` is milliseconds of a monotonic clock since the arm began. Memory and traffic are bytes.
 */
export const RECORD_SCHEMA = "aftershock/record@1";

export const ROLES = ["broken", "fixed", "control", "yours", "probe"] as const;
export type Role = (typeof ROLES)[number];

/** Where samples came from, best first. */
export const SAMPLE_SOURCES = ["cgroup-v1", "cgroup-v2", "stats-oneshot", "stats-stream"] as const;
export type SampleSource = (typeof SAMPLE_SOURCES)[number];

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
  /** What else was in force. Absent in records from before it was noted. */
  readonly provenance?: Provenance;
}

/** What was in force when an arm ran: by it a later judge sees whether it is of the same code. */
export interface Provenance {
  /** Version of this package. */
  readonly version: string;
  /** Commit of the repository that holds the scenario, and whether its tree was clean; null outside one. */
  readonly commit: string | null;
  readonly clean: boolean | null;
  /** SHA-256 over what the scenario's folder decides an arm and its verdict by. */
  readonly scenario: string;
  /** SHA-256 of the compose configuration as compose itself resolved it. */
  readonly configuration: string;
  /** Image ids by service. */
  readonly images: Readonly<Record<string, string>>;
  /** The command line's arguments. */
  readonly arguments: readonly string[];
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
  /** Who read its files: the lab's helper container on the engine. Absent: this machine. */
  readonly by?: "helper";
  /** Milliseconds that the engine's processor needs for 50 kB of triple DES; who reads there looks. */
  readonly pace?: number;
  /** Why there was no better source: a sentence. */
  readonly why?: string;
  readonly limits: {
    readonly memory: number | null;
    readonly pids: number | null;
    readonly cpus: number | null;
  };
}

/** The numbers of one sample; null where the source cannot tell, absent where nobody looked. */
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
  /** Open descriptors of its processes, all together. */
  readonly fds?: number | null;
  /** Sockets in its network, each once; containers that share a network tell the same. */
  readonly sockets?: number | null;
  /** Bytes of tmpfs and shared memory: what its programs keep in files that are memory. */
  readonly shmem?: number | null;
  /** How long its processes have waited for a processor so far, milliseconds. */
  readonly waitMs?: number | null;
  /** How long the kernel has held it to its own processor limit so far, milliseconds. */
  readonly throttledMs?: number | null;
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

export const STALLS = ["lab", "engine", "box", "clock"] as const;

/**
 * A stretch in which something that is not under test stood still: the lab's own process (it came
 * late to its own timers), the engine (it did not answer), a container that was paused, or the
 * machine's clock, which was set or slept: by `until` - `t`, whichever way, and `until` is then no
 * moment of the run.
 */
export interface StallRow {
  readonly type: "stall";
  readonly t: number;
  readonly until: number;
  readonly what: (typeof STALLS)[number];
  /** Of a container's stall. */
  readonly service?: string;
}

/** A phase begins (and the one before it ends). */
export interface PhaseRow {
  readonly type: "phase";
  readonly t: number;
  readonly name: string;
}

/** What the engine may say of a container; all else is left out. */
export const EVENT_ACTIONS = [
  "start",
  "oom",
  "die",
  "kill",
  "stop",
  "restart",
  "destroy",
  "pause",
  "unpause",
] as const;

/** The engine said something about a container. */
export interface EventRow {
  readonly type: "event";
  readonly t: number;
  readonly service: string;
  readonly action: (typeof EVENT_ACTIONS)[number];
  readonly exitCode?: number;
}

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Names under which the lab itself observes: how many lines of containers were not what they
 * seemed, and by how many ms the machine's clock was set. */
export const MALFORMED = "malformed lines";
export const CLOCK_JUMP = "clock jump";

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

/** The drive is over: what comes later belongs to taking the arm down, and is no evidence. */
export interface DriveEndRow {
  readonly type: "drive-end";
  readonly t: number;
}

/** "job-not-done": the system under test didn't do what it is for, and so the drive could not go on. */
export const OUTCOMES = [
  "completed",
  "job-not-done",
  "inconclusive",
  "environment",
  "interrupted",
] as const;

/** How the arm ended. A record without this line was cut off. */
export interface TailRow {
  readonly type: "tail";
  readonly t: number;
  readonly outcome: (typeof OUTCOMES)[number];
  /** Why, where it did not complete. */
  readonly reason?: string;
  /** How many rows were written, head and tail among them. Absent in records from before it was counted. */
  readonly rows?: number;
  /** Where the time went, milliseconds. */
  readonly spent: { readonly up: number; readonly drive: number; readonly down: number };
}

export type Row =
  | HeadRow
  | ContainerRow
  | SampleRow
  | GapRow
  | StallRow
  | PhaseRow
  | EventRow
  | ObservationRow
  | LoadRow
  | DriveEndRow
  | TailRow;
