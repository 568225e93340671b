import { expect } from "vitest";
import { judgeArm } from "../../harness/judge/verdict.ts";
import type { Json, Row, SampleValues } from "../../harness/record/schema.ts";
import type { ScenarioDefinition } from "../../harness/scenario/types.ts";

/** A record, to be judged with one thing in it put otherwise. */
export type Rows = readonly Row[];

/** What a record comes to, and the claims that fail; a fix may be held against a broken run. */
export function judged(scenario: ScenarioDefinition, rows: Rows, broken?: Rows) {
  const { verdict, claims } = judgeArm(scenario, rows, broken);
  return { verdict, failed: claims.filter(({ ok }) => !ok).map(({ id }) => id) };
}

/** As on a machine that was never late: what it lost would leave some of the claims in doubt. */
export function undisturbed(rows: Rows): Rows {
  return rows
    .filter(({ type }) => type !== "stall" && type !== "gap")
    .map((row) => (row.type === "sample" ? { ...row, waitMs: null } : row));
}

/** The last that was observed under this name was something else. */
export function observed(rows: Rows, name: string, change: (value: Json) => Json): Rows {
  const last = rows.findLast((row) => row.type === "observation" && row.name === name);
  expect(last, `an observation "${name}"`).toBeDefined();
  return rows.map((row) =>
    row === last && row.type === "observation" ? { ...row, value: change(row.value) } : row,
  );
}

/** From a phase on, and ever after, services hold so much more, or less; what nobody saw stays so. */
export function grown(
  rows: Rows,
  phase: string,
  metric: keyof SampleValues,
  by: Readonly<Record<string, number>>,
): Rows {
  const from = rows.findLast((row) => row.type === "phase" && row.name === phase)!.t;
  return rows.map((row) => {
    if (row.type !== "sample" || row.t < from) return row;
    const held = row[metric];
    const more = by[row.service];
    return typeof held === "number" && more ? { ...row, [metric]: held + more } : row;
  });
}
