import type Docker from "dockerode";
import type { Progress } from "../progress.ts";
import type { EngineFacts } from "../record/schema.ts";

export interface AcquireOptions {
  readonly progress: Progress;
  /** Aborting it ends a download, a start or a wait. */
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /** How long an engine that the user named may take to wake up, milliseconds. Default a minute. */
  readonly wakeWithinMs?: number;
}

/** Where the cgroup files of one container lie on this machine. */
export type CgroupPaths =
  | {
      readonly version: 1;
      readonly memory: string;
      readonly pids: string;
      readonly cpuacct: string;
      readonly cpu: string;
      readonly freezer: string;
    }
  | { readonly version: 2; readonly folder: string };

/** A Docker Engine in use. Disposing lets go of it; an embedded one ends with its last user. */
export interface Engine extends RunningEngine {
  /** Whole environment for children that talk to this engine: compose, the docker CLI. */
  readonly env: Readonly<Record<string, string>>;
  /** Start of the command line of a compose v2 that works, e.g. ["docker", "compose"]. */
  readonly compose: readonly string[];
  /**
   * While it is open, builds with `network: host` reach the registries. Needed by the embedded
   * engine only, which has no way out otherwise; may be held by several at once.
   */
  uplink(): Promise<AsyncDisposable>;
}

/** The part of it by which containers that run there are measured. */
export interface RunningEngine extends AsyncDisposable {
  readonly facts: EngineFacts;
  readonly docker: Docker;
  /** True where the cgroup files of its containers can be read on this machine. */
  readonly local: boolean;
  /** Where the container's cgroup files lie; null where they are not on this machine (or gone). */
  cgroup(containerId: string): CgroupPaths | null;
}

/** How to reach an engine, and how we know of it. */
export interface Endpoint {
  /** unix:///path, tcp://host:port, npipe:... or ssh://... */
  readonly host: string;
  /** Folder with ca.pem, cert.pem and key.pem, for tcp with TLS. */
  readonly certificates?: string;
  /** For messages: "DOCKER_HOST", "the docker context desktop-linux", "the socket ...". */
  readonly origin: string;
  /** True where the user asked for this engine: then no other will do. */
  readonly chosen: boolean;
}
