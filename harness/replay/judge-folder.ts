import { existsSync } from "node:fs";
import { join } from "node:path";
import { judgeRun } from "../judge/verdict.ts";
import type { Verdict } from "../judge/verdict-types.ts";
import { readRecord } from "../record/reader.ts";
import { RECORD_SCHEMA, type Row } from "../record/schema.ts";
import { loadScenario, scenariosFolder } from "../scenario/load.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { armFile, readRunFile, type PlannedArm, type RunFile } from "./run-folder.ts";

/** A run read back from its folder and judged: all that reports are made from. */
export interface JudgedRun {
  readonly run: RunFile;
  readonly verdict: Verdict;
  readonly scenarios: ReadonlyMap<string, ScenarioDefinition>;
  /** Rows of each arm, in the order of the verdict's arms. */
  readonly records: readonly (readonly Row[])[];
}

/** Judges a run's folder from run.json and the records alone: no engine, no clock. */
export async function judgeFolder(folder: string, root = scenariosFolder): Promise<JudgedRun> {
  const run = await readRunFile(folder);
  const scenarios = new Map<string, ScenarioDefinition>();
  for (const { scenario } of run.plan) {
    if (!scenarios.has(scenario))
      scenarios.set(scenario, (await loadScenario(join(root, scenario))).definition);
  }
  const records = await Promise.all(run.plan.map((arm) => rowsOf(folder, run, arm)));
  return { run, verdict: judgeRun({ run, scenarios, records }), scenarios, records };
}

async function rowsOf(folder: string, run: RunFile, arm: PlannedArm): Promise<readonly Row[]> {
  const path = join(folder, "record", `${armFile(arm)}.ndjson`);
  return existsSync(path) ? (await readRecord(path)).rows : neverBegun(run, arm);
}

/** The record of an arm whose turn never came: so that it is told, as inconclusive. */
function neverBegun(run: RunFile, arm: PlannedArm): readonly Row[] {
  const spent = { up: 0, drive: 0, down: 0 };
  const reason = "the run ended before this arm began";
  return [
    { type: "head", schema: RECORD_SCHEMA, t: 0, ...arm, startedAt: run.startedAt, engine: run.engine, env: {} },
    { type: "tail", t: 0, outcome: "interrupted", reason, spent },
  ];
}
