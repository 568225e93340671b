import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ScenarioError, UsageError } from "../errors.ts";
import { nearest } from "./nearest.ts";
import { shown } from "./shown.ts";
import type { ScenarioDefinition } from "./types.ts";

/** A scenario with the folder it was read from. */
export interface Scenario {
  readonly definition: ScenarioDefinition;
  readonly folder: string;
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
 * Loads scenarios by id, or by folder where a name has a slash in it; all our own if none is named.
 * @throws UsageError for an unknown id, ScenarioError with file and line for one that is not valid.
 */
export async function loadScenarios(
  ids: readonly string[] = [],
  root = scenariosFolder,
): Promise<readonly Scenario[]> {
  const known = await scenarioIds(root);
  const folderOf = (name: string) => {
    if (/[\\/]/.test(name)) return resolve(name);
    if (!known.includes(name)) throw unknownScenario(name, known);
    return join(root, name);
  };
  const wanted = ids.length > 0 ? new Set(ids.map(folderOf)) : known.map(folderOf);
  const loaded = await Promise.all([...wanted].map(loadScenario));
  const byId = new Map(loaded.map((one) => [one.definition.id, one]));
  for (const one of loaded) if (byId.get(one.definition.id) !== one) throw sameId(one, byId);
  return loaded;
}

/** Loads and checks the scenario of one folder. */
export async function loadScenario(folder: string): Promise<Scenario> {
  const file = join(folder, "scenario.ts");
  for (const name of ["scenario.ts", "compose.yml", "README.md"]) {
    if (!existsSync(join(folder, name)))
      throw new ScenarioError("SCENARIO_FILE_MISSING", `${shown(folder)}: ${name} is missing`, {
        hint: `A scenario folder holds scenario.ts, compose.yml, Dockerfile and README.md.`,
      });
  }
  const exported = await importDefault(file);
  const { checkScenario } = await import("./check.ts");
  await checkScenario(exported, folder, await readFile(file, "utf8"));
  return { definition: exported as ScenarioDefinition, folder };
}

async function importDefault(file: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return module.default;
  } catch (cause) {
    const at = placeInStack(cause, file);
    throw new ScenarioError(
      "SCENARIO_NOT_LOADED",
      `${shown(file)}${at}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause, hint: "The file must be valid TypeScript that Node can run by stripping types." },
    );
  }
}

/** ":12" where the error's stack tells the line of the file, else "". */
function placeInStack(cause: unknown, file: string): string {
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  const at = stack.indexOf(file);
  return at < 0 ? "" : (/^:\d+/.exec(stack.slice(at + file.length))?.[0] ?? "");
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
