import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { faultOfPath } from "../files.ts";
import {
  dockerfileIn,
  FIX_FILE,
  invalidFix,
  readFixFile,
  setsSomething,
  type ChangedPlace,
  type Fix,
} from "../scenario/fix.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { filesBelow, type Found } from "../scenario/walk.ts";
import type { DrillDefinition } from "./definition.ts";

/** A folder that was handed out whole, as it is now and as it was. */
export interface Workspace {
  readonly folder: string;
  readonly before: string;
  readonly drill: DrillDefinition;
}

/** More is no change of a place's few files; git's own papers are no part of what somebody wrote. */
const mostFiles = 20_000;
const apart = new Set([".git"]);

/**
 * What differs in a workspace from what was handed out, as a fix: what is new or changed is laid over
 * its place, and what is gone is taken away from it.
 * @throws UsageError FIX_INVALID, also where nothing differs
 */
export async function fixOfWorkspace(
  { folder, before, drill }: Workspace,
  scenario: ScenarioDefinition,
): Promise<Fix> {
  const { places: all = {} } = scenario.fixable ?? {};
  const settings = drill.settings;
  const fixable = { places: all, settings };
  const told = await readFixFile(join(folder, FIX_FILE), { fixable });
  const places: ChangedPlace[] = [];
  for (const [name, { as }] of Object.entries(drill.workspace)) {
    const [context, was] = [join(folder, as), join(before, as)];
    const changes = await changesIn(context, was);
    if (changes.files.length + changes.removed.length === 0) continue;
    const there = (await faultOfPath(context, "folder")) === undefined;
    const dockerfile = there ? await dockerfileIn(context, changes.now) : undefined;
    const { files, removed } = changes;
    places.push({ ...all[name]!, name, context, patches: [], files, removed, dockerfile });
  }
  if (places.length === 0 && !setsSomething(told))
    throw invalidFix(folder, "nothing in it differs from what was handed out", "Change something.");
  return { name: drill.name, folder, ...told, places };
}

/** What was changed in a folder: files to lay over the place, and files to take away. */
interface Changes {
  readonly now: readonly string[];
  readonly files: readonly string[];
  readonly removed: readonly string[];
}

async function changesIn(folder: string, before: string): Promise<Changes> {
  const [now, was] = [await filesIn(folder), await filesIn(before)];
  const files: string[] = [];
  for (const [path, kind] of now) {
    const same = was.get(path) === kind && (await isSame(join(folder, path), join(before, path)));
    if (!same) files.push(path);
  }
  const removed = [...was.keys()].filter((path) => !now.has(path) && path !== "Dockerfile");
  return { now: [...now.keys()], files, removed };
}

/** What lies in a folder of a workspace; nothing where that is gone. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, Found["kind"]>> {
  const fault = await faultOfPath(folder, "folder");
  if (fault === "is missing") return new Map();
  if (fault) throw invalidFix(folder, `it ${fault}`, "It was handed out as a folder.");
  const found = await filesBelow(folder, mostFiles, apart).catch((cause: Error) => {
    throw invalidFix(folder, cause.message, "A workspace holds a place's few files.");
  });
  const odd = found.find(({ kind }) => kind !== "file");
  if (odd)
    throw invalidFix(
      join(folder, odd.path),
      "it is no ordinary file",
      "Lay the file itself there.",
    );
  return new Map(found.map(({ path, kind }) => [path, kind]));
}

/** By what it holds, and whether it can be run. */
async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(one), lstat(other)]);
  if (a.size !== b.size || (a.mode & 0o100) !== (b.mode & 0o100)) return false;
  const [here, there] = await Promise.all([readFile(one), readFile(other)]);
  return here.equals(there);
}
