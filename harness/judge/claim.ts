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

export type Measured = Says & Bounds & { readonly measured: number; readonly unit: Unit };

/**
 * A measured number held against its bounds: what the builders of all kinds come to.
 * Throws InconclusiveError where it is not a finite number, ScenarioError where no bound is given.
 */
export function claimOf(kind: ClaimKind, id: string, options: Measured): Claim {
  const { says, measured, unit, during } = options;
  const { lateness = unit === "s" || unit === "ms" ? "raises" : "none" } = options;
  if (!Number.isFinite(measured)) {
    throw new InconclusiveError("NOT_A_NUMBER", `Claim "${id}" measured no number (${measured}).`);
  }
  const bound = boundOf(id, options);
  const low = bound.relation === "at most" ? -Infinity : bound.bound;
  const high = bound.relation === "at least" ? Infinity : (bound.boundHigh ?? bound.bound);
  const ok = measured >= low && measured <= high;
  return {
    id,
    kind,
    sentence: says,
    measured,
    ...bound,
    unit,
    ok,
    margin: marginOf(measured, low, high),
    lateness,
    ...(during && { during }),
  };
}

type Bound = { relation: Relation; bound: number; boundHigh?: number };

function boundOf(id: string, { atLeast, atMost, exactly }: Bounds): Bound {
  if (exactly !== undefined) return { relation: "exactly", bound: exactly };
  if (atLeast !== undefined && atMost !== undefined) {
    return { relation: "between", bound: atLeast, boundHigh: atMost };
  }
  if (atLeast !== undefined) return { relation: "at least", bound: atLeast };
  if (atMost !== undefined) return { relation: "at most", bound: atMost };
  throw new ScenarioError("CLAIM_WITHOUT_BOUND", `Claim "${id}" has no bound.`, {
    hint: "Give atLeast, atMost, both of them, or exactly.",
  });
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
