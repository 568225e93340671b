import { RECORD_SCHEMA, type Row, type TailRow } from "../record/schema.ts";
import type { PlannedArm, RunFile } from "./run-folder.ts";

type Ending = Pick<TailRow, "outcome"> & { readonly reason: string };

/** What stands for the record of an arm that has none, or none that says all: so that it is told. */
export function rowsWithout(
  { startedAt, engine }: Pick<RunFile, "startedAt" | "engine">,
  { scenario, arm, role, repeat }: PlannedArm,
  { outcome, reason }: Ending,
): readonly Row[] {
  const spent = { up: 0, drive: 0, down: 0 };
  const planned = { scenario, arm, role, repeat };
  return [
    { type: "head", schema: RECORD_SCHEMA, t: 0, ...planned, startedAt, engine, env: {} },
    { type: "tail", t: 0, outcome, reason, spent },
  ];
}
