import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { AftershockError, UsageError } from "../errors.ts";
import { faultOfPath, reasonOf } from "../files.ts";
import { headFault, withoutRecord } from "../judge/planned.ts";
import { GiB } from "../judge/units.ts";
import { judgeRun } from "../judge/verdict.ts";
import type { Verdict } from "../judge/verdict-types.ts";
import { NOTHING, sizeOfBoth, type Size } from "../record/limits.ts";
import { readRecord } from "../record/reader.ts";
import type { EngineFacts, Row, TailRow } from "../record/schema.ts";
import { writeReports } from "../report/index.ts";
import { loadScenarios, type Scenario } from "../scenario/load.ts";
import { placesFrom } from "../scenario/places.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { codeOf, differenceOf } from "./provenance.ts";
import { readRunFile } from "./read-run.ts";
import { armFile, type PlannedArm, type RunFile } from "./run-file.ts";

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
 * those given, else the project's and the lab's of these ids; nothing is loaded from where the folder says. A record
 * that is of no use makes its own arm inconclusive and no other.
 * @throws RunFolderError for a folder that holds no run
 * @throws UsageError for a scenario that is neither given nor our own
 */
export async function judgeFolder(
  folder: string,
  given: readonly Scenario[] = [],
): Promise<JudgedRun> {
  const run = await readRunFile(folder);
  const loaded = await scenariosOf(run, given);
  const records = await recordsOf(folder, run);
  const remarks = await remarksOn(run, records, loaded);
  const scenarios = new Map([...loaded].map(([id, { definition }]) => [id, definition]));
  const verdict = judgeRun({ run, scenarios, records, plan: run.plan, remarks });
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

/**
 * The scenarios of a run by id: those given, and our own.
 * @throws UsageError UNKNOWN_SCENARIO for one that is neither
 */
export async function scenariosOf(
  { plan }: Pick<RunFile, "plan">,
  given: readonly Scenario[],
): Promise<ReadonlyMap<string, Scenario>> {
  const known = new Map(given.map((scenario) => [scenario.definition.id, scenario]));
  const missing = [...new Set(plan.map(({ scenario }) => scenario))].filter((id) => !known.has(id));
  if (missing.length === 0) return known;
  const places = placesFrom();
  const stranger = missing.find((id) => !places.yours.has(id) && !places.lab.has(id));
  if (stranger !== undefined) {
    const what = `The run is of "${stranger}", which is none of this project's, nor of the lab's own.`;
    throw new UsageError("UNKNOWN_SCENARIO", what, {
      hint: "Say where its folder is: --scenario FOLDER",
    });
  }
  for (const one of await loadScenarios(missing, places)) known.set(one.definition.id, one);
  return known;
}

/**
 * Where a record is of an earlier run, of a second playing, of another machine than the rest, or of
 * other code than it is judged by, as far as it says.
 */
async function remarksOn(
  { plan, engine }: RunFile,
  records: readonly (readonly Row[])[],
  scenarios: ReadonlyMap<string, Scenario>,
): Promise<readonly (string | undefined)[]> {
  const heads = records.map(([head]) => (head?.type === "head" ? head : undefined));
  const told = new Set(heads.flatMap((head) => (head?.provenance ? [head.scenario] : [])));
  const looked = [...told].map(async (id) => {
    const folder = scenarios.get(id)?.folder;
    return [id, folder === undefined ? undefined : await codeOf(folder)] as const;
  });
  const code = new Map(await Promise.all(looked));
  return heads.map((head, i) => {
    const { kept, again } = plan[i]!;
    const judges = head && code.get(head.scenario);
    const other = head?.provenance && judges && differenceOf(head.provenance, judges);
    const earlier = kept && `Kept from ${kept}: of the same code, images and engine.`;
    const anew = again && `Played again. Of the first time: ${again}`;
    const elsewhere = head && engineNote(head.engine, engine);
    return (
      [earlier, anew, elsewhere, other].filter((remark) => remark !== undefined).join(" ") ||
      undefined
    );
  });
}

/** In a run that was merged from several machines'. */
function engineNote(own: EngineFacts, others: EngineFacts): string | undefined {
  if (isDeepStrictEqual({ ...own }, { ...others })) return undefined;
  const { kind, version, cgroup, arch, cpus, memoryBytes } = own;
  const machine = `${arch}, ${cpus} processors, ${Math.round(memoryBytes / GiB)} GiB`;
  return `Played on another machine: Docker Engine ${version} (${kind}, cgroup v${cgroup}), ${machine}.`;
}

type Facts = Pick<RunFile, "startedAt" | "engine" | "status">;

/** The rows of each planned arm, one after the other: all of them must fit in memory together. */
async function recordsOf(folder: string, run: RunFile): Promise<readonly (readonly Row[])[]> {
  const records: (readonly Row[])[] = [];
  let held = NOTHING;
  for (const arm of run.plan) {
    const { rows, size } = await recordOf(folder, run, arm, held);
    records.push(rows);
    held = sizeOfBoth(held, size);
  }
  return records;
}

/** The rows of a planned arm; where its record can't be judged, rows that say why. */
export async function rowsOf(folder: string, run: Facts, arm: PlannedArm): Promise<readonly Row[]> {
  return (await recordOf(folder, run, arm, NOTHING)).rows;
}

/** The same, and what they take of memory beside what is held already. */
async function recordOf(
  folder: string,
  run: Facts,
  arm: PlannedArm,
  held: Size,
): Promise<{ readonly rows: readonly Row[]; readonly size: Size }> {
  const unjudged = (outcome: TailRow["outcome"], reason: string) => ({
    rows: withoutRecord(arm, run, reason, outcome),
    size: NOTHING,
  });
  if (arm.unrecorded !== undefined) return unjudged("environment", arm.unrecorded);
  if (arm.unjudged !== undefined) return unjudged("inconclusive", arm.unjudged);
  const { name, fault } = await placeOf(folder, arm);
  if (fault === "is missing" && run.status !== "complete")
    return unjudged("interrupted", "the run ended before this arm began");
  if (fault !== undefined) return unjudged("inconclusive", `${name} ${fault}.`);
  const path = join(folder, name);
  try {
    const { head, rows, size } = readRecord(path, held);
    const other = headFault(head, arm);
    return other === undefined ? { rows, size } : unjudged("inconclusive", `${name} ${other}`);
  } catch (error) {
    const reason = error instanceof AftershockError ? error.message : reasonOf(error);
    return unjudged("inconclusive", reason.replaceAll(path, name));
  }
}

/** Where an arm's record lies in its folder, packed or not, and what keeps it from being read. */
export async function placeOf(folder: string, arm: PlannedArm) {
  const barred = await faultOfPath(join(folder, "record"), "folder");
  if (barred !== undefined) return { name: "record", fault: barred };
  const plain = `record/${armFile(arm)}.ndjson`;
  const fault = await faultOfPath(join(folder, plain), "file");
  if (fault !== "is missing") return { name: plain, fault };
  const packed = `${plain}.zst`;
  const packedFault = await faultOfPath(join(folder, packed), "file");
  return packedFault === "is missing"
    ? { name: plain, fault }
    : { name: packed, fault: packedFault };
}
