import { existsSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { ScenarioError, UsageError } from "../errors.ts";
import { invalid } from "../scenario/check.ts";
import { importDefault } from "../scenario/import.ts";
import { loadScenario, type Scenario } from "../scenario/load.ts";
import { nearest } from "../scenario/nearest.ts";
import { isOwn, placesFrom, type Places } from "../scenario/places.ts";
import { readText } from "../scenario/read-text.ts";
import { compiledFileOf } from "../scenario/scenario-file.ts";
import { shown } from "../scenario/shown.ts";
import type { Stage } from "../scenario/stage-types.ts";
import { tryToLoad } from "../scenario/trial.ts";
import type { DrillDefinition } from "./definition.ts";
import { DRILL_FILE, readDrillFile, type DrillFile } from "./drill-file.ts";

/** A drill's files but its load: what is told to people, and what decides what they may see. */
export interface Drill {
  readonly definition: DrillDefinition;
  /** The scenario's folder. */
  readonly folder: string;
  readonly symptom: string;
  readonly hints: string;
  readonly debrief: string;
}

/** The story's load without end: it comes back when the stage is aborted. */
export type DrillLoad = (stage: Stage) => Promise<void>;

/** Files of a drill's folder besides drill.yml and load.ts. */
const PAPERS = ["symptom.md", "hints.md", "debrief.md"] as const;

export const drillFolder = (folder: string) => join(folder, "drill");
export const hasDrill = (folder: string) => existsSync(join(drillFolder(folder), DRILL_FILE));

/**
 * The drill of a scenario's folder. Nothing of it is run.
 * @throws ScenarioError DRILL_INVALID with file and line
 */
export async function readDrill(folder: string): Promise<Drill> {
  const { definition, problems } = await readDrillYml(folder);
  if (!definition) throw invalidDrill(folder, problems);
  const [symptom, hints, debrief] = await Promise.all(PAPERS.map((name) => paper(folder, name)));
  return { definition, folder, symptom: symptom!, hints: hints!, debrief: debrief! };
}

/** drill.yml alone. @throws ScenarioError where it can't be read at all */
export async function readDrillYml(folder: string): Promise<DrillFile> {
  return readDrillFile(await paper(folder, DRILL_FILE));
}

/**
 * All drills that are known here, the project's own before the lab's, each by number.
 * @throws ScenarioError DRILL_INVALID
 */
export async function allDrills({ yours, lab }: Places = placesFrom()): Promise<readonly Drill[]> {
  const groups = [yours, lab].map(async (places) => {
    const drills = await Promise.all([...places.values()].filter(hasDrill).map(readDrill));
    return drills.toSorted((a, b) => a.definition.number - b.definition.number);
  });
  return (await Promise.all(groups)).flat();
}

/**
 * A drill by its number or neutral name, by its scenario's id, or by the folder of a scenario.
 * @throws UsageError UNKNOWN_DRILL, ScenarioError DRILL_INVALID
 */
export async function findDrill(word: string, places?: Places): Promise<Drill> {
  if (/[\\/]|^\.\.?$/.test(word)) {
    if (hasDrill(word)) return readDrill(resolve(word));
    throw new UsageError("UNKNOWN_DRILL", `${shown(word)} has no drill/${DRILL_FILE}.`, {
      hint: "docs/workshop.md tells what a drill's folder holds.",
    });
  }
  const drills = await allDrills(places);
  const found = drills.find(({ definition: { number, name }, folder }) =>
    [String(number), name, basename(folder)].includes(word),
  );
  if (found) return found;
  const names = drills.map(({ definition }) => definition.name);
  const guess = nearest(word, names);
  throw new UsageError("UNKNOWN_DRILL", `There is no drill "${word}".`, {
    hint: `${guess ? `Did you mean "${guess}"? ` : ""}\`aftershock drill\` lists them.`,
  });
}

/**
 * The drill's scenario, and its load.
 * @throws ScenarioError with file and line
 */
export async function loadDrill(
  folder: string,
): Promise<{ readonly scenario: Scenario; readonly load: DrillLoad }> {
  const scenario = await loadScenario(folder);
  const file = codeOfLoad(folder);
  if (!isOwn(folder)) await tryToLoad(file);
  const { exported } = await importDefault(file);
  if (typeof exported === "function") return { scenario, load: exported as DrillLoad };
  throw invalidDrill(folder, [
    { file: "load.ts", line: 1, says: "its default export is no function: (stage) => Promise" },
  ]);
}

/** Of the lab's own, in the package, what load.ts was compiled to. */
function codeOfLoad(folder: string): string {
  if (!isOwn(folder)) return join(drillFolder(folder), "load.ts");
  const compiled = compiledFileOf(basename(folder));
  return join(dirname(compiled), "drill", `load${extname(compiled)}`);
}

/** All that is wrong with a drill, a line each. */
export function invalidDrill(folder: string, problems: DrillFile["problems"]): ScenarioError {
  const lines = problems.map(
    ({ file, line, says }) => `${shown(join(drillFolder(folder), file))}:${line}: ${says}`,
  );
  return invalid(lines, "DRILL_INVALID");
}

async function paper(folder: string, name: string): Promise<string> {
  const read = await readText(join(drillFolder(folder), name));
  if ("text" in read) return read.text;
  throw invalidDrill(folder, [{ file: name, line: 1, says: read.fault }]);
}
