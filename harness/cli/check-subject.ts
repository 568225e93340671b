import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { findDrill } from "../drill/load.ts";
import { needSession, placesOf, readSession, type Session } from "../drill/session.ts";
import { drillWords, plainWords, type Words } from "../drill/words.ts";
import { fixOfWorkspace, type Workspace } from "../drill/workspace.ts";
import { UsageError } from "../errors.ts";
import { fixOfPatch, readFix, type Fix } from "../scenario/fix.ts";
import { loadScenario, loadScenarios, type Scenario } from "../scenario/load.ts";

/** What is to be checked, and how it is spoken of. */
export interface Subject {
  readonly scenario: Scenario;
  readonly words: Words;
  /** Folder or file in which it stands: it is watched. */
  readonly source: string;
  /** Reads it as it is now; what that makes goes below `parent`. @throws UsageError FIX_INVALID */
  read(parent: string): Promise<Fix>;
  /** Of a drill's: where the check is kept. */
  readonly session?: Session;
  readonly workspace?: Workspace;
}

export interface Asked {
  /** Missing: the drill under way. */
  readonly id?: string;
  /** Either a fix's folder, or a patch; in a drill neither is its workspace. */
  readonly dir?: string;
  readonly patch?: string;
}

/**
 * Finds what is to be checked: a fix of a scenario that is named, or the workspace of a drill.
 * @throws UsageError
 */
export async function subjectOf({ id, dir, patch }: Asked): Promise<Subject> {
  if (dir !== undefined && patch !== undefined) throw oneOfBoth();
  const given = dir === undefined ? undefined : await sessionAround(dir);
  if (given) return workspaceOf(given, id);
  if (id === undefined) {
    const session = await needSession();
    const own = await workspaceOf(session);
    const other = dir ?? patch;
    return other === undefined ? own : { ...own, ...fixAt(own.scenario, { dir, patch }) };
  }
  if (dir === undefined && patch === undefined) throw oneOfBoth();
  const [scenario] = await loadScenarios([id]);
  return { scenario: scenario!, words: plainWords(), ...fixAt(scenario!, { dir, patch }) };
}

function fixAt(
  { definition }: Scenario,
  { dir, patch }: { readonly dir: string | undefined; readonly patch: string | undefined },
): Pick<Subject, "source" | "read"> {
  if (patch === undefined)
    return { source: resolve(dir!), read: () => readFix(resolve(dir!), definition) };
  const file = patch.replace(/^[a-z][a-z0-9-]*:/, (place) => (existsSync(patch) ? place : ""));
  return {
    source: resolve(file),
    read: async (parent) =>
      readFix(await fixOfPatch(patch, definition, join(parent, "patch")), definition),
  };
}

/** The workspace of a session: what differs from what was handed out is the fix. */
async function workspaceOf(session: Session, id?: string): Promise<Subject> {
  const { state, path } = session;
  const { folder, definition: drill } = await findDrill(state.folder ?? state.drill);
  const scenario = await loadScenario(folder);
  const { id: own } = scenario.definition;
  if (id !== undefined && ![own, drill.name, `${drill.number}`].includes(basename(id)))
    throw new UsageError("OTHER_DRILL", `That is the workspace of another drill than "${id}".`, {
      hint: "`aftershock check` by itself knows which.",
    });
  const { workspace: source, before } = placesOf(path);
  const workspace = { folder: source, before, drill };
  return {
    ...{ scenario, source, session, workspace },
    words: drillWords(drill, own),
    read: () => fixOfWorkspace(workspace, scenario.definition),
  };
}

/** The session that a folder is the workspace of; undefined where it is none. */
async function sessionAround(dir: string): Promise<Session | undefined> {
  const session = dirname(resolve(dir));
  const { workspace, before } = placesOf(session);
  if (resolve(dir) !== workspace || !existsSync(before)) return undefined;
  return readSession(session).catch(() => undefined);
}

const oneOfBoth = () =>
  new UsageError("BAD_FLAG", "A fix is given either by --dir or by --patch.", {
    hint: "docs/fixes.md says how a fix is written; inside a drill neither is needed.",
  });
