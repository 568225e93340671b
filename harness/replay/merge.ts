import { copyFile, mkdir, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { RunFolderError } from "../errors.ts";
import { faultOfPath } from "../files.ts";
import type { Verdict } from "../judge/verdict-types.ts";
import type { Scenario } from "../scenario/load.ts";
import { placeOf, reportFolder, scenariosOf } from "./judge-folder.ts";
import { mergeFaults, type Part } from "./mergeable.ts";
import { inOrder } from "./plan.ts";
import { readRunFile } from "./read-run.ts";
import { armFile, MOST_PLANNED, RUN_SCHEMA, type PlannedArm, type RunFile } from "./run-file.ts";
import { createRunFolder, type RunFolder } from "./run-folder.ts";
import { writing } from "./writable.ts";

/** A run that was made of several, its folder and what it comes to. */
export interface Merged {
  readonly folder: string;
  readonly verdict: Verdict;
  readonly scenarios: readonly Scenario[];
}

/**
 * Makes one run of several, shards or whole ones: as if one machine had played it. Its folder is
 * made below `out`; those of the parts stay as they are.
 * @throws RunFolderError NOT_MERGEABLE, before anything is written: one line for each reason
 * @throws UsageError for a scenario that is neither given nor our own
 */
export async function mergeRuns(
  folders: readonly string[],
  {
    out = "runs",
    given = [],
  }: { readonly out?: string; readonly given?: readonly Scenario[] } = {},
): Promise<Merged> {
  const parts = await partsOf(folders);
  const plan = parts.flatMap(({ run }) => run.plan);
  const known = await scenariosOf({ plan }, given);
  const faults = await mergeFaults(parts, known);
  if (faults.length > 0) throw notMergeable(faults);
  const folder = await createRunFolder(out);
  await writing(folder.path, async () => {
    for (const part of parts) for (const arm of part.run.plan) await copyArm(part, arm, folder);
  });
  const scenarios = [...known.values()];
  await folder.save(mergedRun(folder.id, parts, scenarios));
  const { verdict } = await reportFolder(folder.path, scenarios);
  return { folder: folder.path, verdict, scenarios };
}

/** A folder that is named twice, as by `runs/latest` in `runs/*`, is one. */
async function partsOf(folders: readonly string[]): Promise<readonly Part[]> {
  const distinct = new Map<string, string>();
  for (const folder of folders) {
    const path = await realpath(folder).catch(() => folder); // which readRunFile will tell
    if (!distinct.has(path)) distinct.set(path, folder);
  }
  const parts: Part[] = [];
  for (const folder of distinct.keys()) parts.push({ folder, run: await readRunFile(folder) });
  return parts;
}

function mergedRun(id: string, parts: readonly Part[], scenarios: readonly Scenario[]): RunFile {
  const runs = parts.map(({ run }) => run);
  const notes = new Map(
    runs.flatMap(({ plan }) => plan.map((arm) => [armFile(arm), arm] as const)),
  );
  const plan = inOrder(scenarios, [...notes.values()]).map((arm) => notes.get(armFile(arm))!);
  const unaudited = runs.flatMap((run) => run.unaudited ?? []);
  return {
    schema: RUN_SCHEMA,
    id,
    status: "complete",
    startedAt: runs.map(({ startedAt }) => startedAt).toSorted()[0]!,
    // As if all had begun at once: when they did is a matter of who had a machine free.
    durationMs: Math.max(...runs.map(({ durationMs }) => durationMs)),
    engine: runs[0]!.engine,
    plan,
    leftovers: runs.flatMap(({ leftovers }) => leftovers).slice(0, MOST_PLANNED),
    ...(unaudited.length > 0 && { unaudited: unaudited[0] }),
  };
}

/** An arm's record and its logs, as they are, and where it was played again those of the first time. */
async function copyArm({ folder }: Part, arm: PlannedArm, to: RunFolder): Promise<void> {
  if (arm.unrecorded === undefined) {
    const { name } = await placeOf(folder, arm);
    await copyFile(join(folder, name), join(to.path, name));
  }
  const file = armFile(arm);
  await copyPlain(folder, `logs/${file}`, to.path);
  if (arm.again === undefined) return;
  await copyPlain(folder, "disturbed/record", to.path, [`${file}.ndjson`]);
  await copyPlain(folder, `disturbed/logs/${file}`, to.path);
}

/** Files of a folder of the part, all or these; of a stranger's only plain ones in plain folders are taken. */
async function copyPlain(part: string, path: string, to: string, names?: readonly string[]) {
  const way = path.split("/").map((_, at, steps) => steps.slice(0, at + 1).join("/"));
  for (const step of way) if ((await faultOfPath(join(part, step), "folder")) !== undefined) return;
  await mkdir(join(to, path), { recursive: true });
  for (const name of names ?? (await readdir(join(part, path)))) {
    if ((await faultOfPath(join(part, path, name), "file")) === undefined)
      await copyFile(join(part, path, name), join(to, path, name));
  }
}

function notMergeable(faults: readonly string[]): RunFolderError {
  return new RunFolderError(
    "NOT_MERGEABLE",
    ["These cannot be made one run.", ...faults].join("\n"),
    {
      hint: "Give each part once, all of the code that merges here; run again what is missing.",
    },
  );
}
