import type { EngineFacts, HeadRow, Row, TailRow } from "../record/schema.ts";
import { RECORD_SCHEMA } from "../record/schema.ts";
import type { Arm, ScenarioDefinition } from "../scenario/types.ts";

/** One run of one arm, as the run's plan has it. */
export type Planned = Pick<HeadRow, "scenario" | "arm" | "role" | "repeat">;

const KEYS = ["scenario", "arm", "role", "repeat"] as const;

/** What is wrong with a record that stands where the plan has this arm; undefined if nothing is. */
export function headFault(head: Planned, planned: Planned): string | undefined {
  const other = KEYS.find((key) => head[key] !== planned[key]);
  if (other === undefined) return undefined;
  return `is not the planned record: its ${other} is ${told(head[other])}, not ${told(planned[other])}.`;
}

/** The record of a planned arm that left none which could be judged: it tells why, and no more. */
export function withoutRecord(
  { scenario, arm, role, repeat }: Planned,
  { startedAt, engine }: { readonly startedAt: string; readonly engine: EngineFacts },
  reason: string,
  outcome: TailRow["outcome"] = "inconclusive",
): readonly Row[] {
  const spent = { up: 0, drive: 0, down: 0 };
  const planned = { scenario, arm, role, repeat };
  return [
    { type: "head", schema: RECORD_SCHEMA, t: 0, ...planned, startedAt, engine, env: {} },
    { type: "tail", t: 0, outcome, reason, spent },
  ];
}

/** The scenario's arm of that name, which may come from a record: "constructor" is none. */
export function armOf({ arms }: ScenarioDefinition, name: string): Arm | undefined {
  return Object.hasOwn(arms, name) ? arms[name] : undefined;
}

const told = (value: string | number) => JSON.stringify(value).slice(0, 80);
