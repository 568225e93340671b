import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { packageRoot } from "../package.ts";
import { scenarioFileOf } from "./scenario-file.ts";
import { shown } from "./shown.ts";

/** The folders of scenarios that are known by their ids. */
export interface Places {
  /** A team's own, of the project that one stands in. */
  readonly yours: ReadonlyMap<string, string>;
  /** The five that come with the package. */
  readonly lab: ReadonlyMap<string, string>;
}

export const labFolder = join(packageRoot, "scenarios");

/** Where a project keeps its scenarios, unless its package.json says otherwise. */
const usual = ["incidents/*"];

/**
 * Scenarios as they are found from a folder: those of the nearest project above that has some, up to
 * its repository's root, and the lab's own. A project's are in `incidents/`, or where its package.json
 * says: `"aftershock": { "scenarios": ["services/*\/incidents/*"] }`.
 * @throws UsageError PACKAGE_JSON_INVALID for one that says it wrongly, SAME_ID for two of one id
 */
export function placesFrom(from: string = process.cwd()): Places {
  const lab = byId(foldersOf(labFolder, ["*"]));
  for (const project of projectsAbove(resolve(from))) {
    const yours = byId(foldersOf(project, patternsOf(project)));
    if (yours.size > 0) return { yours, lab };
  }
  return { yours: new Map(), lab };
}

/**
 * Where a new scenario goes: into the first place of the project's that takes any name, else into
 * `incidents/`. Where there is no project, into that of this folder.
 */
export function newPlaceFor(id: string, from: string = process.cwd()): string {
  const [project = resolve(from)] = projectsAbove(resolve(from));
  const open = [...patternsOf(project), ...usual].find((one) => /^[^*]*\/\*$/.test(one))!;
  return join(project, open.slice(0, -1), id);
}

/** Whether a folder is one of the lab's own scenarios. */
export function isOwn(folder: string): boolean {
  return dirname(resolve(folder)) === labFolder;
}

/** Folders above with a package.json, the nearest first; none beyond the repository's root. */
function projectsAbove(from: string): readonly string[] {
  const found: string[] = [];
  for (let at = from; ; at = dirname(at)) {
    const isRoot = existsSync(join(at, ".git"));
    if (isRoot || existsSync(join(at, "package.json"))) found.push(at);
    if (isRoot || dirname(at) === at) return found;
  }
}

/** What package.json says of scenarios; the usual place where it says nothing. */
function patternsOf(project: string): readonly string[] {
  const file = join(project, "package.json");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "{}";
  const said = saidIn(file, text)?.scenarios;
  if (said === undefined) return usual;
  if (Array.isArray(said) && said.every((one) => typeof one === "string")) return said;
  throw wrong(file, '"aftershock": "scenarios" is no list of folders');
}

function saidIn(file: string, text: string): { readonly scenarios?: unknown } | undefined {
  try {
    return (JSON.parse(text) as { aftershock?: { scenarios?: unknown } } | null)?.aftershock;
  } catch (cause) {
    throw wrong(file, "is no JSON", cause);
  }
}

/** Folders of a pattern that hold a scenario; `*` stands for any one name. */
function foldersOf(root: string, patterns: readonly string[]): readonly string[] {
  return patterns
    .flatMap((pattern) =>
      pattern
        .split("/")
        .filter((part) => part !== "" && part !== ".")
        .reduce((at, part) => at.flatMap((folder) => below(folder, part)), [root]),
    )
    .filter((folder) => existsSync(scenarioFileOf(folder)));
}

function below(folder: string, part: string): readonly string[] {
  if (part !== "*") return [join(folder, part)];
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$)/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
}

function byId(folders: readonly string[]): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const folder of new Set(folders)) {
    const id = basename(folder);
    const other = known.get(id);
    if (other !== undefined)
      throw new UsageError("SAME_ID", `${shown(other)} and ${shown(folder)} are both "${id}".`, {
        hint: "Name one of the folders, and the id in it, otherwise.",
      });
    known.set(id, folder);
  }
  return known;
}

const wrong = (file: string, says: string, cause?: unknown) =>
  new UsageError("PACKAGE_JSON_INVALID", `${shown(file)}: ${says}.`, {
    hint: 'Where scenarios are is said so: "aftershock": { "scenarios": ["incidents/*"] }',
    cause,
  });
