import type { EngineFacts, Provenance, Role } from "../record/schema.ts";

export const RUN_SCHEMA = "aftershock/run@1";
export const RUN_STATES = ["running", "complete", "interrupted"] as const;

/** Most runs of arms that one run holds. */
export const MOST_PLANNED = 10_000;

/** run.json: what a run set out to do, and how far it came. */
export interface RunFile {
  readonly schema: typeof RUN_SCHEMA;
  readonly id: string;
  /** "running" in a folder that nobody writes any more means that the run was killed. */
  readonly status: (typeof RUN_STATES)[number];
  readonly startedAt: string;
  readonly durationMs: number;
  readonly engine: EngineFacts;
  readonly plan: readonly PlannedArm[];
  /** What carried the run's label when all was taken down: should be nothing. */
  readonly leftovers: readonly string[];
  /** Of a run that is a part of a larger one: which, and all runs of arms of that. */
  readonly shard?: RunShard | undefined;
  /** What code it ran. Absent in runs from before it was noted. */
  readonly provenance?: RunProvenance | undefined;
  /** Why nobody could look for leftovers, where that is so. */
  readonly unaudited?: string | undefined;
}

interface RunShard {
  readonly index: number;
  readonly of: number;
  readonly whole: readonly PlannedArm[];
}

/** The records' heads say the same of each arm, and its configuration and images. */
interface RunProvenance {
  readonly version: string;
  readonly arguments: readonly string[];
  readonly scenarios: Readonly<Record<string, Pick<Provenance, "commit" | "clean" | "scenario">>>;
}

export interface PlannedArm {
  readonly scenario: string;
  readonly arm: string;
  readonly role: Role;
  readonly repeat: number;
  /** Why its record doesn't tell what happened, where it could not be written: `environment`. */
  readonly unrecorded?: string | undefined;
  /** Why it can't be judged though its record is whole: `inconclusive`. */
  readonly unjudged?: string | undefined;
  /** When its record was made, where it was kept from an earlier run. */
  readonly kept?: string | undefined;
  /** Why it was played once more, where the machine had left its first verdict open. */
  readonly again?: string | undefined;
}

/** "boto-close.broken.1": the name of everything that belongs to one run of an arm. */
export const armFile = ({ scenario, arm, repeat }: PlannedArm) => `${scenario}.${arm}.${repeat}`;
