import { InconclusiveError, ScenarioError } from "../errors.ts";
import type { Claim, ClaimKind, Lateness, Relation, Unit, Window } from "./types.ts";

/**
 * What a claim's number is held against: one of the three, or `atLeast` and `atMost` together
 * for "between". All bounds are inclusive.
 */
export interface Bounds {
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly exactly?: number;
}

export interface Says {
  /** The sentence for people: what holds when the claim is ok. */
  readonly says: string;
  /**
   * Which way a late machine moves the number: where that could have decided, the claim is in
   * doubt. Default: "raises" for what is measured in "s" or "ms", else "none".
   */
  readonly lateness?: Lateness;
  /** When it was measured. Default: at some time of the drive. */
  readonly during?: Window;
}

type Made = Says & Bounds & { readonly unit: Unit };

/**
 * A measured number held against its bounds: what the builders of all kinds come to. Throws
 * InconclusiveError where it or a bound is not a finite number, ScenarioError where no bound is
 * given. It is measured here, last of all: who only asks what is claimed hears of it in any case.
 */
export function claimOf<Id extends string>(
  kind: ClaimKind,
  id: Id,
  options: Made,
  measure: () => number,
): Claim<Id> {
  return makeClaim(kind, id, options, measure) as Claim<Id>;
}

/** A claim as `noteClaims` hears of it: its bound is missing where none was given. */
export type NotedClaim = Pick<Claim, "id" | "kind" | "sentence" | "unit"> & Partial<Bound>;

/**
 * Runs something that makes claims, and tells of each as it is made. None is judged, and none
 * throws: a claim without a bound, or of what cannot be measured, is told all the same.
 */
export function noteClaims<T>(note: (claim: NotedClaim) => void, run: () => T): T {
  return building((kind, id, { says, unit, ...bounds }, measure) => {
    const bound = boundOf(bounds);
    note({ id, kind, sentence: says, unit, ...bound });
    const held = bound ?? { relation: "exactly", bound: 0 };
    return claimFrom(kind, id, { says, unit }, triedNumber(measure), held);
  }, run);
}

/**
 * The claims that something makes before it throws: of a record that ends early, those that could
 * be judged all the same.
 */
export function heardClaims(run: () => unknown): readonly Claim[] {
  const heard: Claim[] = [];
  const hear: MakeClaim = (...made) => {
    const claim = judged(...made);
    heard.push(claim);
    return claim;
  };
  try {
    building(hear, run);
  } catch {
    // what comes later can't be judged
  }
  return heard;
}

/** Runs something whose claims are made so: builders are functions, and have no other way to tell. */
function building<T>(make: MakeClaim, run: () => T): T {
  const before = makeClaim;
  makeClaim = make;
  try {
    return run();
  } finally {
    makeClaim = before;
  }
}

const judged: MakeClaim = (kind, id, options, measure) => {
  const bound = boundOf(options);
  if (!bound) {
    throw new ScenarioError("CLAIM_WITHOUT_BOUND", `Claim "${id}" has no bound.`, {
      hint: "Give atLeast, atMost, both of them, or exactly.",
    });
  }
  const measured = measure();
  for (const number of [measured, bound.bound, bound.boundHigh ?? 0]) {
    if (Number.isFinite(number)) continue;
    const what = number === measured ? "measured" : "has a bound that is";
    throw new InconclusiveError("NOT_A_NUMBER", `Claim "${id}" ${what} no number (${number}).`);
  }
  return claimFrom(kind, id, options, measured, bound);
};

type MakeClaim = (kind: ClaimKind, id: string, options: Made, measure: () => number) => Claim;

let makeClaim = judged;

function claimFrom(
  kind: ClaimKind,
  id: string,
  { says, unit, during, lateness = isTime(unit) ? "raises" : "none" }: Says & Pick<Made, "unit">,
  measured: number,
  bound: Bound,
): Claim {
  const low = bound.relation === "at most" ? -Infinity : bound.bound;
  const high = bound.relation === "at least" ? Infinity : (bound.boundHigh ?? bound.bound);
  const ok = measured >= low && measured <= high;
  const margin = marginOf(measured, low, high);
  const late = { ...(lateness !== "none" && { lateness }), ...(during && { during }) };
  return { id, kind, sentence: says, measured, ...bound, unit, ok, margin, ...late };
}

/** Whether numbers of this unit are a time, which lateness makes longer. */
export const isTime = (unit: Unit) => unit === "s" || unit === "ms";

function triedNumber(measure: () => number): number {
  try {
    const measured = measure();
    return Number.isFinite(measured) ? measured : 0;
  } catch {
    return 0;
  }
}

type Bound = { relation: Relation; bound: number; boundHigh?: number };

function boundOf({ atLeast, atMost, exactly }: Bounds): Bound | undefined {
  if (exactly !== undefined) return { relation: "exactly", bound: exactly };
  if (atLeast !== undefined && atMost !== undefined) {
    return { relation: "between", bound: atLeast, boundHigh: atMost };
  }
  if (atLeast !== undefined) return { relation: "at least", bound: atLeast };
  if (atMost !== undefined) return { relation: "at most", bound: atMost };
  return undefined;
}

/**
 * Distance to the nearest bound as a share of it; a bound of 0 lends the other bound as the
 * measure, or failing that the measured value (so it is 1, 0 or -1). "Exactly" met is 0.
 */
function marginOf(measured: number, low: number, high: number): number {
  const [overLow, underHigh] = [measured - low, high - measured];
  const [near, far] = overLow <= underHigh ? [low, high] : [high, low];
  const sizes = [near, far, measured].map(Math.abs).filter(Number.isFinite);
  return Math.min(overLow, underHigh) / (sizes.find((size) => size > 0) ?? 1);
}
