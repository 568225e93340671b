import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ScenarioError } from "../errors.ts";
import { faultOfPath } from "../files.ts";
import { MiB } from "../judge/units.ts";
import type { ComposeBuild } from "../scenario/compose-model.ts";
import { contextKind } from "../scenario/context-kind.ts";
import { readDockerfile, stageOf, type Dockerfile } from "../scenario/dockerfile.ts";
import { nearest } from "../scenario/nearest.ts";
import { readable, readTree, type Entry, type Tree } from "./context.ts";
import { seenBy, type Seen, type Source } from "./seen.ts";
import { takerOf } from "./taken.ts";

/** How one image is built: its own name, the target, and all that its build sees. */
export interface Recipe {
  /** The friendly name, for use by hand: "aftershock/boto-close-api:broken". */
  readonly name: string;
  readonly build: ComposeBuild;
  /** Where it lies. */
  readonly dockerfile: string;
  /** The Dockerfile as it is given to the builder. */
  readonly text: string;
  readonly seen: Seen;
  /** What of `build` decides what is built, but no path of this machine. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Folders that it takes files from; the first is the main context. */
  readonly contexts: readonly Context[];
}

interface Context {
  readonly name: string;
  readonly folder: string;
  readonly entries: readonly Entry[];
}

/** What the readers of a set of recipes have seen: each folder is listed once. */
export type Trees = Map<string, Promise<Tree>>;

/**
 * Reads how a service's image is built.
 * @param place for messages: the scenario's compose file, and the service
 * @throws ScenarioError where Dockerfile, target, context or a file that is copied is missing
 */
export async function readRecipe(
  name: string,
  build: ComposeBuild,
  place: string,
  trees: Trees = new Map(),
): Promise<Recipe> {
  const { context, target, additional_contexts: named = {}, args = {}, ...rest } = build;
  const folder = isFolder(context) ? await folderOf(context, "context", place) : undefined;
  const { path, text } = await dockerfileOf(build, folder, place);
  const file = readDockerfile(text);
  checkTarget(file, target, path, place);
  const seen = seenBy(file, target, Object.keys(named), args);
  const folders = Object.entries(named).filter(([, value]) => isFolder(value));
  const contexts = [];
  if (folder) contexts.push(await contextOf("", folder, seen, path, trees));
  for (const [key, value] of folders) {
    const at = await folderOf(value, `additional context ${key}`, place);
    contexts.push(await contextOf(key, at, seen, undefined, trees));
  }
  const elsewhere = Object.entries(named).filter(([, value]) => !isFolder(value));
  const settings = {
    ...rest,
    args,
    dockerfile: undefined,
    dockerfile_inline: undefined,
    secrets: undefined,
    context: folder ? undefined : context,
    additional_contexts: elsewhere,
  };
  return {
    name,
    build,
    dockerfile: path,
    text: file.text,
    seen: withImages(seen, elsewhere),
    settings,
    contexts,
  };
}

/** The recipe with all of its contexts: ONBUILD in an image takes what it likes. */
export async function wholly(recipe: Recipe, trees: Trees): Promise<Recipe> {
  const contexts = recipe.contexts.map(({ name, folder }) => {
    const seen = { ...recipe.seen, paths: new Map([[name, [{ path: ".", line: 0 }]]]) };
    return contextOf(name, folder, seen, name ? undefined : recipe.dockerfile, trees);
  });
  return { ...recipe, contexts: await Promise.all(contexts) };
}

const isFolder = (context: string): boolean => contextKind(context) === "folder";

/** Images that come as contexts are looked at as those after FROM are. */
function withImages(seen: Seen, elsewhere: readonly (readonly [string, string])[]): Seen {
  const named = elsewhere.flatMap(([, value]) => {
    const image = /^docker-image:\/\/(.+)$/.exec(value)?.[1];
    return image ? [image] : [];
  });
  return { ...seen, images: [...new Set([...seen.images, ...named])] };
}

async function folderOf(path: string, what: string, place: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return resolve(path);
  throw new ScenarioError(
    "CONTEXT_MISSING",
    `${place}: the build's ${what} is ${path}, and no such folder is there.`,
    { hint: "Paths of `build` are counted from the compose file's own folder." },
  );
}

async function dockerfileOf(
  build: ComposeBuild,
  folder: string | undefined,
  place: string,
): Promise<{ path: string; text: string }> {
  const { dockerfile = "Dockerfile", dockerfile_inline: inline } = build;
  if (inline !== undefined) return { path: "dockerfile_inline", text: inline };
  if (!folder) return { path: dockerfile, text: "" }; // lies where the context does
  const path = resolve(folder, dockerfile);
  const fault = await faultOfPath(path, "file", MiB);
  if (fault) throw noDockerfile(path, fault, place);
  return { path, text: await readable(path, () => readFile(path, "utf8")) };
}

/** A stranger's fix may bring a link to what is none of its own, or a pipe that never ends. */
function noDockerfile(path: string, fault: string, place: string): ScenarioError {
  if (fault === "is missing")
    return new ScenarioError("DOCKERFILE_MISSING", `${place}: there is no Dockerfile ${path}.`, {
      hint: "Write it, or name another one: build: { dockerfile: ... }",
    });
  return new ScenarioError("DOCKERFILE_UNREADABLE", `${place}: ${path} ${fault}.`, {
    hint: "A Dockerfile is a file of its own, of 1 MiB at most.",
  });
}

function checkTarget(
  file: Dockerfile,
  target: string | undefined,
  path: string,
  place: string,
): void {
  if (file.text === "" || stageOf(file, target) || isLaterFound(file, target)) return;
  const names = file.stages.flatMap(({ name }) => name ?? []);
  if (target === undefined)
    throw new ScenarioError("DOCKERFILE_EMPTY", `${place}: ${path} has no FROM.`);
  const guess = nearest(target.toLowerCase(), names);
  throw new ScenarioError("TARGET_MISSING", `${place}: ${path} has no target "${target}".`, {
    hint: `${guess ? `Did you mean "${guess}"? ` : ""}It has: ${names.join(", ")}. An arm's name is its target, unless it names another.`,
  });
}

/** Where lines can't be told from text with certainty, a line that looks like it will do. */
function isLaterFound({ sure, text }: Dockerfile, target: string | undefined): boolean {
  if (sure) return false;
  if (!target) return true;
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const [from, as] = [/^from$/i, /^as$/i];
  return lines.some(
    (words) => from.test(words[0]!) && as.test(words.at(-2) ?? "") && words.at(-1) === target,
  );
}

async function contextOf(
  name: string,
  folder: string,
  seen: Seen,
  dockerfile: string | undefined,
  trees: Trees,
): Promise<Context> {
  const sources = seen.paths.get(name) ?? [];
  if (sources.length === 0) return { name, folder, entries: [] };
  const key = JSON.stringify([folder, dockerfile]);
  const reading = trees.get(key) ?? readTree(folder, dockerfile);
  trees.set(key, reading);
  const take = takerOf(await reading);
  const found = new Map<string, Entry>();
  // A place that is taken twice is looked at once.
  for (const source of new Map(sources.map((one) => [one.path, one])).values()) {
    const entries = take(source.path);
    if (entries.length === 0) checkSource(source, dockerfile ?? join(folder, "..."));
    for (const entry of entries) found.set(entry.path, entry);
  }
  return { name, folder, entries: [...found.values()].sort(byPath) };
}

/** A pattern may fit nothing, and so may an empty context; a plain path must be there. */
function checkSource({ path, line }: Source, dockerfile: string): void {
  if (path === "." || /[*?[]/.test(path)) return;
  throw new ScenarioError(
    "SOURCE_MISSING",
    `${dockerfile}:${line}: takes ${path} from the build's context, and it is not there.`,
    { hint: "Paths are counted from the context; what .dockerignore names is not in it." },
  );
}

const byPath = (a: Entry, b: Entry) => (a.path < b.path ? -1 : 1);
