import { existsSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ScenarioError, UsageError } from "../errors.ts";
import { composeFileOf } from "./compose-file.ts";
import type { Fix } from "./fix.ts";
import { nearest } from "./nearest.ts";
import { importDefault } from "./import.ts";
import { shown } from "./shown.ts";
import { tryToLoad } from "./trial.ts";
import type { ScenarioDefinition } from "./types.ts";

/** A scenario with the folder it was read from. */
export interface Scenario {
  readonly definition: ScenarioDefinition;
  readonly folder: string;
  /** Somebody's own fix, which its arm `yours` lays over the broken one. */
  readonly fix?: Fix;
}

/** The repository's own scenarios folder. */
export const scenariosFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../../scenarios");

/** Ids of all scenarios in a folder of scenarios, sorted. */
export async function scenarioIds(root = scenariosFolder): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, "scenario.ts")))
    .map((entry) => entry.name)
    .sort();
}

/**
 * Loads scenarios by id, or by folder where a name has a slash in it or is one dot or two; all our
 * own if none is named.
 * @throws UsageError for an unknown id, ScenarioError with file and line for one that is not valid.
 */
export async function loadScenarios(
  ids: readonly string[] = [],
  root = scenariosFolder,
  load: (folder: string) => Promise<Scenario> = (folder) => loadScenario(folder),
): Promise<readonly Scenario[]> {
  const known = await scenarioIds(root);
  const folderOf = (name: string) => {
    if (/[\\/]|^\.\.?$/.test(name)) return resolve(name);
    if (!known.includes(name)) throw unknownScenario(name, known);
    return join(root, name);
  };
  const wanted = ids.length > 0 ? new Set(ids.map(folderOf)) : known.map(folderOf);
  const loaded = await Promise.all([...wanted].map(load));
  const byId = new Map(loaded.map((one) => [one.definition.id, one]));
  for (const one of loaded) if (byId.get(one.definition.id) !== one) throw sameId(one, byId);
  return loaded;
}

/**
 * Loads and checks the scenario of one folder; first in a process of its own, unless it is one of
 * ours: a stranger's must not take the lab down.
 * @throws ScenarioError with file and line
 */
export async function loadScenario(
  folder: string,
  tryFirst: boolean = !isOwn(folder),
): Promise<Scenario> {
  const file = join(folder, "scenario.ts");
  if (resolve(file).includes("\\")) throw unloadable(folder);
  for (const name of ["scenario.ts", basename(composeFileOf(folder)), "README.md"]) {
    if (!isFile(join(folder, name))) {
      const what = `${shown(folder)}: ${name} is missing, or no file`;
      throw new ScenarioError("SCENARIO_FILE_MISSING", what, {
        hint: "A scenario folder holds scenario.ts, compose.yml, Dockerfile and README.md.",
      });
    }
  }
  if (tryFirst) await tryToLoad(file);
  const { exported } = await importDefault(file);
  const { checkScenario } = await import("./check.ts");
  return { definition: await checkScenario(exported, folder), folder };
}

/**
 * The same, but our own are not checked: what only tells of them need not wait for that, and who
 * replays them checks them.
 */
export function readScenarios(ids: readonly string[] = []): Promise<readonly Scenario[]> {
  return loadScenarios(ids, scenariosFolder, async (folder) => {
    if (!isOwn(folder)) return loadScenario(folder);
    const { exported } = await importDefault(join(folder, "scenario.ts"));
    return { definition: exported as ScenarioDefinition, folder };
  });
}

/** Whether a folder is one of the lab's own scenarios. */
export function isOwn(folder: string): boolean {
  return dirname(resolve(folder)) === scenariosFolder;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** The backslash of a path is encoded in its address, and of such a one Node loads no module. */
function unloadable(folder: string): ScenarioError {
  const what = `${shown(folder)}: its path has a "\\" in it, and Node loads no module from there`;
  return new ScenarioError("SCENARIO_NOT_LOADED", what, {
    hint: "Rename the folder, or put the scenario in another one.",
  });
}

function sameId({ definition: { id }, folder }: Scenario, byId: ReadonlyMap<string, Scenario>) {
  const other = byId.get(id)!.folder;
  return new UsageError("SAME_ID", `${shown(folder)} and ${shown(other)} are both "${id}".`, {
    hint: "Replay them in two runs, or name one of them otherwise.",
  });
}

function unknownScenario(id: string, known: readonly string[]): UsageError {
  const guess = nearest(id, known);
  return new UsageError("UNKNOWN_SCENARIO", `There is no scenario "${id}".`, {
    hint: `${guess ? `Did you mean "${guess}"? ` : ""}Known: ${known.join(", ")}; or a folder, as ./${id}.`,
  });
}
