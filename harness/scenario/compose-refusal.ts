import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { isAlias, isCollection, isMap, isPair, isScalar, isSeq } from "yaml";
import { LineCounter, parseDocument, type Document } from "yaml";
import { ScenarioError } from "../errors.ts";
import { shown } from "./shown.ts";

/** A compose file is a few kilobytes. */
const LARGEST_BYTES = 1024 * 1024;
/** Values that a file may stand for when every alias is written out. */
const MOST_VALUES = 200_000;

/**
 * Refuses a compose file whose aliases go in a circle or stand for more than a machine can hold:
 * compose itself would work on it for ever.
 * @throws ScenarioError COMPOSE_REFUSED
 */
export async function checkAliases(file: string): Promise<void> {
  await checkOne(file, await read(file));
  for (const { path, text } of await othersOf(file)) await checkOne(path, text);
}

async function checkOne(file: string, text: string): Promise<void> {
  if (text.length > LARGEST_BYTES) throw refused(file, 1, "larger than 1 MiB");
  const { document, lineAt } = parsed(text);
  if (!document) throw refused(file, 1, "nested too deeply");
  const fault = aliasFault(document);
  if (fault) throw refused(file, lineAt(fault.offset), fault.told);
}

/** The YAML files that a compose file speaks of, to extend or to include. */
async function othersOf(file: string): Promise<readonly { path: string; text: string }[]> {
  const words = (await read(file)).split(/[\s"'{}[\],]+/);
  const spoken = words.filter((word) => word.endsWith(".yml") || word.endsWith(".yaml"));
  const paths = new Set(spoken.map((name) => resolve(dirname(file), name)));
  paths.delete(file);
  const texts = [...paths].map(async (path) => ({
    path,
    text: await readFile(path, "utf8").catch(() => ""),
  }));
  return (await Promise.all(texts)).filter(({ text }) => text !== "");
}

/** What compose said, as an error that names the file and, where it can be found, the line. */
export async function refusal(file: string, stderr: string): Promise<ScenarioError> {
  const said = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^time="[^"]*" level=/.test(line))
    .slice(0, 8)
    .join(" ")
    .slice(0, 2_000)
    .replace(/\s+/g, " ");
  const at = await fileOf(file, said);
  const text = await read(at).catch(() => "");
  const words = said
    .replace(/^validating \S+: /, "")
    .replaceAll(`${dirname(file)}/`, "")
    .trim();
  return refused(at, lineOf(text, said), words || "compose refused it without a word");
}

function refused(file: string, line: number | undefined, words: string): ScenarioError {
  const place = line === undefined ? shown(file) : `${shown(file)}:${line}`;
  return new ScenarioError("COMPOSE_REFUSED", `${place}: ${words}`, {
    hint: "So says Docker Compose, which is asked before anything is started.",
  });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new ScenarioError("COMPOSE_REFUSED", `${shown(file)}: cannot be read`, { cause });
  }
}

/** The YAML file that compose names; of YAML that is none it names only the line. */
async function fileOf(file: string, said: string): Promise<string> {
  const [, named] = /(?:validating |in )(\/\S+?\.ya?ml)\b/.exec(said) ?? [];
  if (named !== undefined) return named;
  if (!said.startsWith("yaml:") || isFaulty(await read(file).catch(() => ""))) return file;
  const others = await othersOf(file).catch(() => []);
  return others.find(({ text }) => isFaulty(text))?.path ?? file;
}

function isFaulty(text: string): boolean {
  const { document } = parsed(text);
  return !document || document.errors.length > 0;
}

/** Compose names a line, or a key, or a service, or a file that the text must speak of. */
function lineOf(text: string, said: string): number | undefined {
  const told = /\bline (\d+)/.exec(said)?.[1];
  if (told !== undefined) return Number(told);
  const anchor = /unknown anchor '([^']+)'/.exec(said)?.[1];
  if (anchor !== undefined) return lineWith(text, `*${anchor}`);
  const missing = /(?:env file|open|stat) (\S+?)(?::| not found)/.exec(said)?.[1];
  if (missing !== undefined) return lineWith(text, basename(missing));
  const path = pathIn(said);
  return path === undefined ? undefined : lineOfKey(text, path);
}

function lineWith(text: string, words: string): number | undefined {
  const at = text.indexOf(words);
  return at < 0 ? undefined : text.slice(0, at).split("\n").length;
}

/** "services.api.build Additional property foo" as "services.api.build.foo". */
function pathIn(said: string): string | undefined {
  const keys = /\b((?:services|networks|volumes|secrets|configs)[.[][^\s':]+)/.exec(said)?.[1];
  const extra = /Additional property (\S+)/.exec(said)?.[1];
  const top = extra === undefined ? undefined : `${keys === undefined ? "" : `${keys}.`}${extra}`;
  if (top ?? keys)
    return (top ?? keys)?.replaceAll("[", ".").replaceAll("]", "").replace(/\.$/, "");
  const service = /\bservice "?([\w.-]+)"?/.exec(said)?.[1];
  if (service === undefined) return undefined;
  const undefinedThing = /undefined (network|volume|secret|config|service)/.exec(said)?.[1];
  const part = undefinedThing === "service" ? "depends_on" : `${undefinedThing}s`;
  return `services.${service}${undefinedThing === undefined ? "" : `.${part}`}`;
}

/** The line of the deepest key of this path that the file writes out itself. */
function lineOfKey(text: string, path: string): number | undefined {
  const { document, lineAt } = parsed(text);
  let rest = path;
  let node: unknown = document?.contents;
  let offset: number | undefined;
  while (rest !== "") {
    const next = step(node, rest);
    if (!next) break;
    ({ node, rest } = next);
    offset = next.offset ?? offset;
  }
  return offset === undefined ? undefined : lineAt(offset);
}

/** One key further: the longest that fits, as names may have dots in them. */
function step(node: unknown, rest: string) {
  if (isSeq(node)) {
    const [index = ""] = rest.split(".");
    const item = node.items[Number(index)] as { range?: [number] } | undefined;
    return item && { node: item, rest: rest.slice(index.length + 1), offset: item.range?.[0] };
  }
  if (!isMap(node)) return undefined;
  const fitting = node.items
    .filter(({ key }) => isScalar(key) && `${rest}.`.startsWith(`${String(key.value)}.`))
    .toSorted((a, b) => String(b.key).length - String(a.key).length)[0];
  if (!fitting) return undefined;
  const key = fitting.key as { value: unknown; range?: [number] };
  return {
    node: fitting.value,
    rest: rest.slice(String(key.value).length + 1),
    offset: key.range?.[0],
  };
}

function parsed(text: string) {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line;
  try {
    return { document: parseDocument(text, { lineCounter: lines, merge: true }), lineAt };
  } catch {
    return { document: undefined, lineAt }; // the parser calls itself for each level
  }
}

interface Fault {
  readonly told: string;
  readonly offset: number;
}

/** The first alias that leads back to itself, or with which the file grows out of bounds. */
function aliasFault(document: Document): Fault | undefined {
  const sizes = new Map<unknown, number>();
  const open = new Set<unknown>();
  let fault: Fault | undefined;
  const sizeOf = (node: unknown): number => {
    if (fault) return 0;
    if (isAlias(node)) {
      const target = node.resolve(document);
      const offset = node.range?.[0] ?? 0;
      if (open.has(target)) fault = { told: `alias *${node.source} contains itself`, offset };
      const size = sizes.get(target) ?? sizeOf(target);
      if (size > MOST_VALUES)
        fault ??= { told: `alias *${node.source} stands for too many values`, offset };
      return size;
    }
    if (isPair(node)) return sizeOf(node.key) + sizeOf(node.value);
    if (!isCollection(node)) return 1;
    open.add(node);
    const size = node.items.reduce((sum: number, item) => sum + sizeOf(item), 1);
    open.delete(node);
    sizes.set(node, size);
    return size;
  };
  sizeOf(document.contents);
  return fault;
}
