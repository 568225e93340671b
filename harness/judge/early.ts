import type { Row } from "../record/schema.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { evidenceOf } from "./evidence.ts";
import { markDoubtful } from "./lateness.ts";
import { lossOf } from "./loss.ts";
import { soundClaims } from "./sound.ts";
import type { Claim, Evidence, Window } from "./types.ts";

/** What can be said of a fix while its drive goes on. */
export interface SoFar {
  /** Claims that are false for good: whatever comes, this is no fix. */
  readonly failed: readonly Claim[];
  /** Claims that could fail by now, and have not: no promise that they will hold. */
  readonly holding: readonly Claim[];
}

const NOTHING: SoFar = { failed: [], holding: [] };

/**
 * What a record so far (see `soFar`) says of a fix: one-sided, there is an early no and never an
 * early yes. Only claims of `judge.early` count, and of them none that the machine could have decided
 * by being late. Never throws: where nothing can be said yet, nothing is.
 */
export function judgeSoFar(definition: ScenarioDefinition, record: readonly Row[]): SoFar {
  const { early = [] } = definition.judge;
  if (early.length === 0 || !record.some(isBaseline)) return NOTHING;
  const evidence = growing(evidenceOf(record, definition));
  const made = early.flatMap((part) => claimsOf(part, evidence));
  const claims = markDoubtful(made, lossOf(record));
  const failed = oneOfEach(claims.filter(({ ok, doubtful }) => !ok && !doubtful));
  const open = claims.filter(({ id, ok }) => ok && !failed.some((claim) => claim.id === id));
  return { failed, holding: oneOfEach(open) };
}

/** Two parts may come to the same claim. */
const oneOfEach = (claims: readonly Claim[]) => [
  ...new Map(claims.map((claim) => [claim.id, claim])).values(),
];

/** What has not begun may still begin: it is asked for without having been declared. */
const growing = (evidence: Evidence): Evidence => ({
  ...evidence,
  hasPhase: (name) => windowOf(evidence, name) !== undefined,
});

/** Before it nobody knows whether the system was healthy. */
const isBaseline = (row: Row) => row.type === "phase" && row.name === "baseline";

/** What a part asks for may not have happened yet: then it says nothing. */
function claimsOf(part: (evidence: Evidence) => readonly Claim[], evidence: Evidence) {
  try {
    return soundClaims(part(evidence), "early");
  } catch {
    return [];
  }
}

/**
 * Whether a phase has ended, in a record that may still grow: what was measured in it stays so, if
 * it is played once. False of one that has not begun.
 */
export function isOver(evidence: Evidence, phase: string): boolean {
  const window = windowOf(evidence, phase);
  return window !== undefined && window.to < evidence.whole().to;
}

function windowOf(evidence: Evidence, phase: string): Window | undefined {
  try {
    return evidence.phase(phase);
  } catch {
    return undefined;
  }
}
