import type { EventRow, HeadRow, Json, SampleSource, SampleValues } from "../record/schema.ts";

export type Unit = "B" | "ms" | "s" | "1" | "%" | `B/${string}` | `1/${string}` | "x";

export interface Figure {
  readonly value: number;
  readonly unit: Unit;
}

/** How `measured` relates to `bound` when the claim holds. */
export const RELATIONS = ["at least", "at most", "exactly", "between"] as const;
export type Relation = (typeof RELATIONS)[number];

/** What sort of number a claim measures; claims.ts has a builder of each name. */
export const CLAIM_KINDS = [
  "value",
  "rise",
  "peak",
  "slope",
  "linear",
  "plateau",
  "count",
  "share",
  "ratio",
  "within",
  "never",
  "drainedBy",
] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

/**
 * Which way a machine that is slow, or stood still, moves a number: later is more of a time, fewer
 * of what gets done meanwhile. "either" of a number that hangs on which of two things is late.
 */
export type Lateness = "raises" | "lowers" | "either" | "none";

/** One measured statement with a bound. */
export interface Claim<Id extends string = string> {
  readonly id: Id;
  readonly kind: ClaimKind;
  /** For people: what holds if `ok`. */
  readonly sentence: string;
  readonly measured: number;
  readonly relation: Relation;
  readonly bound: number;
  /** Only with "between": the upper bound, `bound` being the lower one. */
  readonly boundHigh?: number;
  readonly unit: Unit;
  readonly ok: boolean;
  /** Distance to the nearest bound, as a share of it; negative where the claim fails. */
  readonly margin: number;
  /** Which way a late machine moves `measured`. Default: none. */
  readonly lateness?: Lateness;
  /** When it was measured, where that was not the whole drive. */
  readonly during?: Window;
  /** Whether lateness could have decided it; the judge says so. */
  readonly doubtful?: true;
}

/** Something that must hold before claims mean anything: load applied, healthy baseline. */
export interface Guard {
  readonly what: string;
  readonly ok: boolean;
}

export const VERDICT_WORDS = [
  "reproduced",
  "not reproduced",
  "fixed",
  "not fixed",
  "rejected",
  "accepted",
  "inconclusive",
  "environment",
] as const;
export type VerdictWord = (typeof VERDICT_WORDS)[number];

/** A stretch of the record's time, milliseconds: `from` belongs to it, `to` does not. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** One number over time. `t` rises; both have the same length. */
export interface Series {
  readonly name: string;
  readonly t: readonly number[];
  readonly v: readonly number[];
  /** How a sampled series was watched; claims refuse a window that was watched too little. */
  readonly watch?: Watch;
}

/** Where a service's samples came from, and when they should have come but did not. */
export interface Watch {
  readonly source: SampleSource;
  /** A sample that is no older than this, milliseconds, leaves no gap behind it. */
  readonly late: number;
  readonly gaps: readonly Window[];
}

/** Whether a value is of one shape; `is` has the usual ones. */
export type Shape<T> = (value: unknown) => value is T;

type Metric = keyof SampleValues;

/** A service by its name, or one of its containers by its number: "backend-3". */
export type Service<S extends string = string> = S | `${S}-${number}`;

/**
 * A finished record, as claims see it; its names are those that the scenario's `names` give, else any. Everything here throws `InconclusiveError` where the
 * record does not hold what is asked for: a claim must never pass on what was not seen. So does a
 * name that was neither seen nor declared by the scenario, and a window that is none (NaN, or its
 * end before its beginning). What came after the drive's end is in no window.
 */
export interface Evidence<
  S extends string = string,
  P extends string = string,
  L extends string = string,
> {
  readonly head: HeadRow;
  /** The named phase, from its mark to the next. The last of that name if there are several. */
  phase(name: P | "baseline"): Window;
  /** Whether this arm played that phase. One that is not in the record must stand in the scenario's `phases`. */
  hasPhase(name: P | "baseline"): boolean;
  /** From the first row to the end of the drive: taking the arm down is no evidence. */
  whole(): Window;
  /**
   * A sampled number of a service over time, every sample one point. Throws if the window
   * (default: `whole()`) holds none, or was watched too little. Replicas: "backend-3".
   */
  series(service: Service<S>, metric: Metric, during?: Window): Series;
  /**
   * The first, last, highest or lowest value of such a series. `first` and `last` throw where
   * nobody watched between that sample and the window's beginning, or its end.
   */
  first(service: Service<S>, metric: Metric, during?: Window): number;
  last(service: Service<S>, metric: Metric, during?: Window): number;
  highest(service: Service<S>, metric: Metric, during?: Window): number;
  lowest(service: Service<S>, metric: Metric, during?: Window): number;
  /**
   * The last value sampled before a moment, however long before; throws for none, and where nobody
   * watched between that sample and the moment.
   */
  lastBefore(service: Service<S>, metric: Metric, t: number): number;
  /** Services sampled, in order of first sight (replicas numbered: "backend-1", ...). */
  services(): readonly string[];
  /**
   * The highest `current` in the window, bytes: by the kernel's own counter where that rose in
   * the window (so a short spike is never missed, in no life of the container), else the sampled
   * maximum.
   */
  peak(service: Service<S>, during?: Window): number;
  /**
   * How often the kernel's OOM killer killed in the service's container, in all of its lives: by
   * the kernel's own count; by the engine's events where the source gives only those, or tells of
   * one in the last instants of a container, which the count may miss. Exit code 137 alone is no
   * such kill, but throws where nobody told of another hand, as does a count that nobody read to
   * the window's end: then there may have been one. One just before a window's end may be counted in the next one, too.
   */
  oomKills(service: Service<S>, during?: Window): number;
  /** When the first of them was, by whoever told first; undefined if there was none. Throws as `oomKills` does. */
  firstOomKill(service: Service<S>, during?: Window): number | undefined;
  /** The exit code of each end of the service's container, in order. */
  exitCodes(service: Service<S>, during?: Window): readonly number[];
  /** How many lives of the service's container began. */
  starts(service: Service<S>, during?: Window): number;
  /** The last value observed under this name. */
  observed(name: string): Json;
  /** The same, of that shape: throws, naming the observation, where it has another. */
  observedAs<T>(name: string, shape: Shape<T>): T;
  /** The same, checked to be a number. */
  number(name: string): number;
  /** All values observed under this name, in order. Throws for none: count with `load`. */
  observations(name: string): readonly { readonly t: number; readonly value: Json }[];
  /** The same, each of that shape. */
  observationsAs<T>(
    name: string,
    shape: Shape<T>,
  ): readonly { readonly t: number; readonly value: T }[];
  /** Numeric observations as a series. */
  observedSeries(name: string, during?: Window): Series;
  /** Events of a service, optionally of one kind, in the window (default: `whole()`). */
  events(service: Service<S>, action?: EventRow["action"], during?: Window): readonly EventRow[];
  /**
   * How many operations of this kind were really done. 0 only for a kind that was told of
   * elsewhere in the record (a count of 0 will do), or that stands in the scenario's `loads`.
   */
  load(name: L, during?: Window): number;
  /** The memory limit of the service's container, bytes; null if it has none. */
  limit(service: Service<S>): number | null;
}
