import type { Row } from "../record/schema.ts";
import { inconclusive, type Finding } from "./case.ts";
import { tailOf } from "./rows.ts";

/** The finding on a record that does not tell of a whole run; undefined for one that does. */
export function endedEarly(record: readonly Row[]): Finding | undefined {
  const tail = tailOf(record);
  if (!tail) return inconclusive("The record was cut off.");
  const { outcome, reason } = tail;
  if (outcome === "environment") {
    const verdict = "environment";
    return { verdict, ok: false, claims: [], reason: reason ?? "The machine could not do it." };
  }
  if (outcome === "interrupted") return inconclusive(reason ?? "The run was interrupted.");
  if (outcome === "inconclusive") return inconclusive(reason ?? "The drive came to no end.");
  return undefined;
}
