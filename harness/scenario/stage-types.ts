import type { Service } from "../judge/types.ts";
import type { EventRow, Json, Role, SampleRow } from "../record/schema.ts";

/** What a scenario's `drive` is given. Everything it does is bounded in time and recorded. */
export interface Stage<
  S extends string = string,
  P extends string = string,
  L extends string = string,
> {
  /** The arm under way: for drives that differ a little from arm to arm. */
  readonly arm: {
    readonly name: string;
    readonly role: Role;
    readonly env: Readonly<Record<string, string>>;
  };
  /** Ends with the arm (interrupt); pass it to anything that waits. */
  readonly signal: AbortSignal;
  /** Milliseconds since the arm began: the record's clock. */
  now(): number;
  /** Marks the beginning of a phase. `baseline` is marked by the harness when ready. */
  phase(name: P): void;
  /** Runs a command inside a service's container and waits for it. No shell. */
  exec(service: Service<S>, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * Starts a command inside a service's container. Lines of its standard output that are JSON
   * objects are recorded as they come: {"observe": name, "value": v, "unit"?: u},
   * {"load": name, "count": n}, {"phase": name}. Other lines go to the logs.
   */
  start(service: Service<S>, command: readonly string[], options?: ExecOptions): Background;
  /** Records a value under a name. */
  observe(name: string, value: Json, unit?: string): void;
  /** Records that `count` (default 1) more operations were really done. */
  load(name: L, count?: number): void;
  /** Numeric or other values seen so far under a name, the latest last. */
  seen(name: string): readonly Json[];
  /** Operations of this kind so far. */
  loaded(name: L): number;
  /** The newest sample of a service, told within a quarter of a second; undefined before the first. */
  latest(service: Service<S>): SampleRow | undefined;
  /** Events of a service so far. */
  events(service: Service<S>, action?: EventRow["action"]): readonly EventRow[];
  /**
   * Waits until `probe` gives something truthy and returns it. Throws `InconclusiveError`
   * naming `what` after `withinMs`, or ends the arm with it as the job that is not done.
   */
  until<T>(
    what: string,
    probe: () => T | Promise<T>,
    options: { readonly withinMs: number; readonly everyMs?: number; readonly of?: Whose },
  ): Promise<NonNullable<T>>;
  /** The same, but gives undefined when the time is over: for waits whose failure is a result. */
  attempt<T>(
    probe: () => T | Promise<T>,
    options: { readonly withinMs: number; readonly everyMs?: number },
  ): Promise<NonNullable<T> | undefined>;
  /** Lets the samplers watch for a while. For observation windows only, not for waiting. */
  watch(ms: number): Promise<void>;
  /** Restarts a service's container, as its operator would. */
  restart(service: Service<S>): Promise<void>;
  /** Stops / starts one service. */
  stop(service: Service<S>): Promise<void>;
  startService(service: Service<S>): Promise<void>;
  /** All that the service's container has written so far, standard output and error. */
  logs(service: Service<S>): Promise<string>;
}

export interface ExecOptions {
  /** Throw unless it ends with 0. Default true. */
  readonly check?: boolean;
  /** Default 60 000; 0 for none. */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on inside a container while the drive continues. */
export interface Background {
  /** Ends with the command; never throws for its exit code. */
  readonly done: Promise<ExecResult>;
}

/**
 * Whose fault it is if what is waited for doesn't come. "lab" (default): a server or a driver that
 * the scenario brings, so nothing can be said. "system": the system under test, which then does not
 * do its job; a fix is not fixed by that, and a failure not reproduced.
 */
export type Whose = "lab" | "system";
