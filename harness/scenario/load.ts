import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ScenarioError, UsageError } from "../errors.ts";
import { composeFileOf } from "./compose-file.ts";
import type { Fix } from "./fix.ts";
import { nearest } from "./nearest.ts";
import { importDefault } from "./import.ts";
import { isOwn, placesFrom, type Places } from "./places.ts";
import { compiledFileOf, scenarioFileOf } from "./scenario-file.ts";
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

/**
 * Loads scenarios by id, or by folder where a name has a slash in it or is one dot or two. If none is
 * named: all of the project's own, or where it has none, the lab's.
 * @throws UsageError for an unknown id, ScenarioError with file and line for one that is not valid.
 */
export async function loadScenarios(
  ids: readonly string[] = [],
  { yours, lab }: Places = placesFrom(),
  load: (folder: string) => Promise<Scenario> = (folder) => loadScenario(folder),
): Promise<readonly Scenario[]> {
  const known = new Map([...lab, ...yours]);
  const folderOf = (name: string) => {
    if (/[\\/]|^\.\.?$/.test(name)) return resolve(name);
    return known.get(name) ?? refuse(unknownScenario(name, [...yours.keys(), ...lab.keys()]));
  };
  const all = (yours.size > 0 ? yours : lab).values();
  const wanted = new Set(ids.length > 0 ? ids.map(folderOf) : all);
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
  const file = scenarioFileOf(folder);
  if (resolve(file).includes("\\")) throw unloadable(folder);
  for (const name of [basename(file), basename(composeFileOf(folder)), "README.md"]) {
    if (!isFile(join(folder, name))) {
      const what = `${shown(folder)}: ${name} is missing, or no file`;
      throw new ScenarioError("SCENARIO_FILE_MISSING", what, {
        hint: "A scenario folder holds scenario.ts, compose.yml, Dockerfile and README.md.",
      });
    }
  }
  if (tryFirst) await tryToLoad(codeOf(folder));
  const { exported } = await importDefault(codeOf(folder));
  const { checkScenario } = await import("./check.ts");
  return { definition: await checkScenario(exported, folder), folder };
}

/**
 * The same as `loadScenarios`, but the lab's own are not checked: what only tells of them need not
 * wait for that, and who replays them checks them.
 */
export function readScenarios(
  ids: readonly string[] = [],
  places: Places = placesFrom(),
): Promise<readonly Scenario[]> {
  return loadScenarios(ids, places, async (folder) => {
    if (!isOwn(folder)) return loadScenario(folder);
    const { exported } = await importDefault(codeOf(folder));
    return { definition: exported as ScenarioDefinition, folder };
  });
}

/** The file that is run to know a folder's scenario. */
export function codeOf(folder: string): string {
  return isOwn(folder) ? compiledFileOf(basename(folder)) : scenarioFileOf(folder);
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

function refuse(error: Error): never {
  throw error;
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
