import { posix } from "node:path";
import { stageOf, type Dockerfile, type Instruction, type Stage } from "../scenario/dockerfile.ts";

/** All that the build of one target can see. */
export interface Seen {
  /** The instructions that are carried out. */
  readonly text: string;
  /** Images that its stages stand on or copy from, by name. */
  readonly images: readonly string[];
  /** Paths by context; the main one's name is "". "." is all of it. */
  readonly paths: ReadonlyMap<string, readonly Source[]>;
  /** False where it is everything, because the reader can't tell: not all may be needed. */
  readonly sure: boolean;
}

/** What one instruction takes from a context. */
export interface Source {
  readonly path: string;
  readonly line: number;
}

/** Thrown inside, where the reader can't tell. */
const unsure = Symbol("unsure");

/**
 * What a build of the target sees: the stages that it needs, and what these take from the
 * contexts. Where that can't be told for sure, everything.
 * @param contexts names of the additional contexts, which go before stages and images
 */
export function seenBy(
  file: Dockerfile,
  target: string | undefined,
  contexts: readonly string[],
  args: Readonly<Record<string, string>> = {},
): Seen {
  const stage = stageOf(file, target);
  if (!file.sure || !stage) return everything(file, contexts, args);
  try {
    return follow(file, stage, contexts, args);
  } catch (error) {
    if (error !== unsure) throw error;
    return everything(file, contexts, args);
  }
}

function follow(
  file: Dockerfile,
  target: Stage,
  contexts: readonly string[],
  args: Readonly<Record<string, string>>,
): Seen {
  const stages = new Set<Stage>();
  const images = new Set<string>();
  const paths = new Map<string, Source[]>();
  const take = (context: string, path: string, line: number) => {
    const taken = paths.get(context) ?? [];
    taken.push({ path, line });
    paths.set(context, taken);
  };

  /** Something that is named after FROM or `from=`; `before`: only earlier stages can be meant. */
  const refer = (name: string, before: number, line: number, sources?: readonly string[]) => {
    const context = contexts.find((each) => each.toLowerCase() === name.toLowerCase());
    if (context !== undefined) {
      for (const path of sources ?? ["."]) take(context, path, line);
      return;
    }
    const earlier = file.stages.slice(0, before);
    const stage = stageOf({ ...file, stages: earlier }, name);
    if (stage) visit(stage);
    else if (name !== "scratch") images.add(name);
  };

  const visit = (stage: Stage): void => {
    if (stages.has(stage)) return;
    stages.add(stage);
    const index = file.stages.indexOf(stage);
    for (const instruction of stage.instructions) {
      const { keyword, line } = instruction;
      if (keyword === "FROM") refer(filled(stage.base, file, args), index, line);
      const taken = takenBy(instruction);
      for (const { from, sources } of taken) {
        if (from !== undefined) refer(from, index, line, sources);
        else for (const path of sources) take("", path, line);
      }
    }
  };
  visit(target);
  // One that is named like an image may be meant by another spelling of that name.
  for (const name of contexts) if (!/^[\w-]+$/.test(name) && !paths.has(name)) take(name, ".", 0);
  const needed = file.stages.filter((stage) => stages.has(stage));
  const lines = [file.globals, ...needed.map(({ instructions }) => instructions)].flat();
  const text = lines.map((each) => each.text).join("\n");
  return { text, images: [...images], paths, sure: true };
}

/** The whole of it, as where something in it isn't understood. */
function everything(
  file: Dockerfile,
  contexts: readonly string[],
  args: Readonly<Record<string, string>>,
): Seen {
  const names = new Set(file.stages.map(({ name }) => name));
  const images = file.stages
    .map(({ base }) => orSame(base, file, args))
    .filter((base) => base && base !== "scratch" && !names.has(base.toLowerCase()));
  const paths = new Map(["", ...contexts].map((name) => [name, [{ path: ".", line: 0 }]]));
  return { text: file.text, images: [...new Set(images)], paths, sure: false };
}

interface Taken {
  readonly from: string | undefined;
  readonly sources: readonly string[];
}

function takenBy(instruction: Instruction): readonly Taken[] {
  if (instruction.keyword === "RUN") return instruction.flags.flatMap(mounted);
  if (!/^(COPY|ADD)$/.test(instruction.keyword)) return [];
  const flags = instruction.flags.map((flag) => flag.split("="));
  if (flags.some(([name = ""]) => !/^--(from|chown|chmod|link|checksum)$/.test(name))) throw unsure;
  const from = flags.findLast(([name]) => name === "--from")?.[1];
  const sources = wordsOf(instruction.rest).slice(0, -1);
  const fetches = (source: string) => /^[\w+.-]+(:\/\/|@)/.test(source);
  if (instruction.keyword === "ADD" && sources.some(fetches)) throw unsure;
  return [{ from: from === undefined ? undefined : plain(from), sources: sources.map(inside) }];
}

function wordsOf(rest: string): readonly string[] {
  if (!rest.startsWith("[")) return rest.split(/\s+/).filter(Boolean);
  try {
    const words: unknown = JSON.parse(rest);
    if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  } catch {
    // no list after all
  }
  throw unsure;
}

/** What `RUN --mount=...` brings in. */
function mounted(flag: string): readonly Taken[] {
  if (/^--(network|security)=/.test(flag)) return [];
  const list = /^--mount=(.*)$/.exec(flag)?.[1];
  if (list === undefined || list.includes('"')) throw unsure;
  const options = new Map<string, string>(
    list.split(",").map((option) => {
      const [name = "", ...value] = option.split("=");
      return [name.toLowerCase(), value.join("=")];
    }),
  );
  const type = options.get("type") ?? "bind";
  if (/^(secret|ssh|tmpfs)$/.test(type)) return [];
  const from = options.get("from");
  if (type === "cache") return from === undefined ? [] : [{ from: plain(from), sources: ["."] }];
  if (type !== "bind") throw unsure;
  const source = inside(options.get("source") ?? options.get("src") ?? ".");
  return [{ from: from === undefined ? undefined : plain(from), sources: [source] }];
}

/** A path as it lies in the context: nothing leads out of it. */
function inside(path: string): string {
  return posix.join("/", plain(path)).slice(1).replace(/\/$/, "") || ".";
}

function plain(word: string): string {
  if (/[$"'\\]/.test(word) || word === "") throw unsure;
  return word;
}

/** The base with the variables that are set before the first stage. */
function filled(base: string, file: Dockerfile, args: Readonly<Record<string, string>>): string {
  if (!base.includes("$")) return plain(base);
  const set = new Map<string, string>();
  for (const { rest } of file.globals) {
    const [, name = "", value] = /^(\w+)(?:=(\S*))?$/.exec(rest) ?? [];
    if (name === "") throw unsure;
    set.set(name, args[name] ?? value ?? "");
  }
  const text = base.replace(/\$(?:(\w+)|\{(\w+)\})/g, (_, plainName, braced) => {
    const value = set.get(plainName ?? braced);
    if (value === undefined) throw unsure;
    return value;
  });
  return plain(text);
}

function orSame(base: string, file: Dockerfile, args: Readonly<Record<string, string>>): string {
  try {
    return filled(base, file, args);
  } catch (error) {
    if (error !== unsure) throw error;
    return base;
  }
}
