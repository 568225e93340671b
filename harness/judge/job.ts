import type { Row } from "../record/schema.ts";
import { claimOf } from "./claim.ts";
import { tailOf } from "./rows.ts";
import type { Claim } from "./types.ts";

export const JOB_DONE = "job-done";

/**
 * The claim that fails where the system under test did not do its job, so that the drive could not
 * go on; undefined for any other record. A late machine may have been the reason.
 */
export function jobNotDone(record: readonly Row[]): Claim | undefined {
  if (tailOf(record)?.outcome !== "job-not-done") return undefined;
  const says = "The system does its job: what keeps it from that";
  const bounds = { unit: "1", exactly: 0, lateness: "raises" } as const;
  return claimOf("never", JOB_DONE, { says, ...bounds }, () => 1);
}
