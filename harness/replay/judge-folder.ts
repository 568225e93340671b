import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { judgeRun } from "../judge/verdict.ts";
import type { Verdict } from "../judge/verdict-types.ts";
import { readRecord } from "../record/reader.ts";
import { RECORD_SCHEMA, type Row } from "../record/schema.ts";
import { writeReports } from "../report/index.ts";
import { loadScenario, scenariosFolder, type Scenario } from "../scenario/load.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { armFile, readRunFile, type PlannedArm, type RunFile } from "./run-folder.ts";

/** A run read back from its folder and judged: all that reports are made from. */
export interface JudgedRun {
  readonly run: RunFile;
  readonly verdict: Verdict;
  readonly scenarios: ReadonlyMap<string, ScenarioDefinition>;
  /** One per planned arm, in the order of the plan. */
  readonly records: readonly (readonly Row[])[];
}

/**
 * Judges a run's folder from run.json and the records alone: no engine, no clock. Its scenarios are
 * those given, else our own of these names.
 * @throws UsageError for a folder that holds no run, and for a scenario that is neither
 */
export async function judgeFolder(
  folder: string,
  given: readonly Scenario[] = [],
): Promise<JudgedRun> {
  const run = await readRunFile(folder);
  const scenarios = new Map(given.map(({ definition }) => [definition.id, definition]));
  for (const { scenario } of run.plan) {
    if (!scenarios.has(scenario)) scenarios.set(scenario, await ownScenario(scenario));
  }
  const records = run.plan.map((arm) => rowsOf(folder, run, arm));
  const verdict = judgeRun({ run, scenarios, records, plan: run.plan });
  return { run, verdict, scenarios, records };
}

/** The same, and writes the reports into the folder. */
export async function reportFolder(
  folder: string,
  given: readonly Scenario[] = [],
): Promise<JudgedRun> {
  const judged = await judgeFolder(folder, given);
  await writeReports(folder, judged);
  return judged;
}

async function ownScenario(id: string): Promise<ScenarioDefinition> {
  const folder = join(scenariosFolder, id);
  if (existsSync(folder)) return (await loadScenario(folder)).definition;
  throw new UsageError("UNKNOWN_SCENARIO", `The run is of "${id}", which is none of our own.`, {
    hint: "Say where its folder is: --scenario FOLDER",
  });
}

function rowsOf(folder: string, run: RunFile, arm: PlannedArm): readonly Row[] {
  const path = join(folder, "record", `${armFile(arm)}.ndjson`);
  const found = [path, `${path}.zst`].find((name) => existsSync(name));
  return found === undefined ? neverBegun(run, arm) : readRecord(found).rows;
}

/** The record of an arm whose turn never came: so that it is told, as inconclusive. */
function neverBegun(run: RunFile, arm: PlannedArm): readonly Row[] {
  const { startedAt, engine } = run;
  const reason = "the run ended before this arm began";
  const spent = { up: 0, drive: 0, down: 0 };
  return [
    { type: "head", schema: RECORD_SCHEMA, t: 0, ...arm, startedAt, engine, env: {} },
    { type: "tail", t: 0, outcome: "interrupted", reason, spent },
  ];
}
