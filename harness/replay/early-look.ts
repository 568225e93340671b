import { judgeSoFar } from "../judge/early.ts";
import { knownUntil, soFar } from "../judge/so-far.ts";
import type { Claim } from "../judge/types.ts";
import type { Row } from "../record/schema.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";

/** What an early look at an arm that is being played found. */
export interface EarlyNo {
  /** False for good. */
  readonly claim: Claim;
  /** Time of the record by which it was, milliseconds. */
  readonly at: number;
}

const everyMs = 1000;
/** Looking is to take no more than this share of the time: an arm shares the machine with it. */
const share = 0.05;
/** So many rows are no longer looked at: the arm itself decides then. */
const mostRows = 200_000;

/**
 * Looks about once a second at the rows of an arm that is being played, and tells each claim once
 * that is false for good. What lateness can move must be so in two looks: what the machine did
 * may be told a little after what it caused.
 */
export function lookEarly(
  definition: ScenarioDefinition,
  tell: (no: EarlyNo) => void,
): { row(row: Row): void } & Disposable {
  const rows: Row[] = [];
  const told = new Set<string>();
  let before: ReadonlySet<string> = new Set();
  let rest = 0;
  const look = () => {
    if (performance.now() < rest || rows.length > mostRows) return;
    const began = performance.now();
    const at = knownUntil(rows);
    const { failed } = judgeSoFar(definition, soFar(rows, at));
    for (const claim of failed) {
      const sure = claim.lateness === undefined || before.has(claim.id);
      if (!sure || told.has(claim.id)) continue;
      told.add(claim.id);
      tell({ claim, at });
    }
    before = new Set(failed.map(({ id }) => id));
    const took = performance.now() - began;
    rest = began + took / share;
  };
  const timer = setInterval(look, everyMs).unref();
  return {
    row(row) {
      if (rows.length <= mostRows) rows.push(row);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
