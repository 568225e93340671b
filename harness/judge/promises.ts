import type { Row } from "../record/schema.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { heardClaims } from "./claim.ts";
import { evidenceOf } from "./evidence.ts";
import type { Claim } from "./types.ts";

/** What any right fix promises, held against a record: as many of the claims as it can tell of. */
export function promisesOf(
  definition: ScenarioDefinition,
  record: readonly Row[],
): readonly Claim[] {
  return heardClaims(() => definition.judge.fixed(evidenceOf(record, definition)));
}
