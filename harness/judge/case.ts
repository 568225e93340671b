import { InconclusiveError } from "../errors.ts";
import type { Row } from "../record/schema.ts";
import type { Arm, ScenarioDefinition } from "../scenario/types.ts";
import { toldLoss } from "./lateness.ts";
import type { Loss } from "./loss.ts";
import { soundClaims } from "./sound.ts";
import type { Claim, Evidence, VerdictWord } from "./types.ts";

/** All that one run of one arm is judged by. */
export interface Case {
  readonly definition: ScenarioDefinition;
  readonly arm: Arm;
  readonly record: readonly Row[];
  readonly evidence: Evidence;
  readonly loss: Loss;
  /** The broken run of the same run that a fixed arm is compared with, if there was one. */
  readonly broken: readonly Row[] | undefined;
}

/** What the evidence of one arm comes to. */
export interface Finding {
  readonly verdict: VerdictWord;
  readonly ok: boolean;
  readonly claims: readonly Claim[];
  readonly reason?: string;
  readonly note?: string | undefined;
  /** The machine alone left it open: another playing may give a verdict. */
  readonly disturbed?: boolean;
}

/** The finding where nothing can be said. */
export function inconclusive(reason: string): Finding {
  return { verdict: "inconclusive", ok: false, claims: [], reason };
}

/** The finding where the machine may have decided it. */
export function inDoubt(claims: readonly Claim[], loss: Loss): Finding {
  const doubtful = claims.filter((claim) => claim.doubtful).map(({ id }) => id);
  const reason = `${toldLoss(loss)}. That may have decided ${doubtful.join(", ")}.`;
  // A slow processor will be as slow the next time.
  const disturbed = loss.by.slowness === 0;
  return { verdict: "inconclusive", ok: false, claims, reason, disturbed };
}

/**
 * The claims that the scenario makes of the case.
 * @throws InconclusiveError where there are none: without a claim nothing can be shown, though
 *   every claim of none holds
 */
export function claimsOf(
  { definition, evidence }: Case,
  list: "broken" | "fixed",
): readonly Claim[] {
  const claims = soundClaims(definition.judge[list](evidence), list);
  if (claims.length > 0) return claims;
  throw new InconclusiveError("NO_CLAIM", "The scenario makes no claim here.");
}
