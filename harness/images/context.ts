import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { EnvironmentError } from "../errors.ts";
import { globExpression, isGlob } from "./glob.ts";
import { readIgnore, type Ignore } from "./ignore.ts";

/** One file, link or folder of a build context, as a build sees it. */
export interface Entry {
  /** With "/", from the context's folder. */
  readonly path: string;
  readonly kind: "file" | "link" | "folder";
  readonly executable: boolean;
  /** Where a link leads, as it is written. */
  readonly target?: string;
}

export type Tree = ReadonlyMap<string, Entry>;

/** What lies in a context and is not ignored. Sockets, pipes and devices are no part of it. */
export async function readTree(folder: string, dockerfile?: string): Promise<Tree> {
  const tree = new Map<string, Entry>();
  await descend(folder, "", await ignoreOf(folder, dockerfile), tree);
  return tree;
}

/** The Dockerfile's own list goes before the context's. */
async function ignoreOf(folder: string, dockerfile: string | undefined): Promise<Ignore> {
  const own = dockerfile && (await textOf(`${dockerfile}.dockerignore`));
  return readIgnore((own || (await textOf(join(folder, ".dockerignore")))) ?? "");
}

const textOf = (path: string): Promise<string | undefined> =>
  readFile(path, "utf8").catch(() => undefined);

async function descend(
  folder: string,
  below: string,
  ignore: Ignore,
  tree: Map<string, Entry>,
): Promise<void> {
  const at = join(folder, below);
  const names = (await readable(at, () => readdir(at))).sort();
  for (const name of names) {
    const path = below ? `${below}/${name}` : name;
    const out = ignore.leavesOut(path);
    if (out && ignore.wholeFolders) continue;
    const entry = await entryOf(folder, path);
    if (entry && !out) tree.set(path, entry);
    if (entry?.kind === "folder") await descend(folder, path, ignore, tree);
  }
}

/** What is there and may not be read, or went in the meantime, is told in a sentence. */
export async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!code) throw cause;
    throw new EnvironmentError("CONTEXT_UNREADABLE", `${path} cannot be read: ${message}.`, {
      hint: "An image is built from it: it must be your own, or open to you.",
      cause,
    });
  }
}

async function entryOf(folder: string, path: string): Promise<Entry | undefined> {
  const at = join(folder, path);
  const found = await readable(at, () => lstat(at));
  if (found.isSymbolicLink())
    return { path, kind: "link", executable: false, target: await readlink(at) };
  if (found.isDirectory()) return { path, kind: "folder", executable: false };
  if (found.isFile()) return { path, kind: "file", executable: (found.mode & 0o100) !== 0 };
  return undefined;
}

/** Links that lead to links end somewhere, or nowhere after that many. */
const MOST_LINKS = 40;

/**
 * The entries that one source of COPY or a mount takes, in the order of their paths: folders with
 * all below them, links in its way with what they lead to. Empty if there is no such path.
 */
export function taken(tree: Tree, source: string): readonly Entry[] {
  const found = new Map<string, Entry>();
  const folders = foldersOf(tree);

  const walk = (at: string, parts: readonly string[], via: readonly Entry[]): void => {
    const [part, ...rest] = parts;
    const entry = tree.get(at);
    if (entry?.kind === "link") {
      if (via.length >= MOST_LINKS) return;
      const to = posix.resolve("/", posix.dirname(at), entry.target ?? "").slice(1);
      walk("", [...(to === "" ? [] : to.split("/")), ...parts], [...via, entry]);
    } else if (part === undefined) {
      if (entry || at === "" || folders.has(at)) for (const link of via) found.set(link.path, link);
      takeAll(at, entry);
    } else if (isGlob(part)) {
      const fits = globExpression(part);
      for (const name of folders.get(at) ?? [])
        if (fits.test(name)) walk(at ? `${at}/${name}` : name, rest, via);
    } else {
      const next = at ? `${at}/${part}` : part;
      if (tree.has(next) || folders.has(next)) walk(next, rest, via);
    }
  };
  const takeAll = (at: string, entry: Entry | undefined): void => {
    if (entry) found.set(at, entry);
    if (entry && entry.kind !== "folder") return;
    for (const [path, each] of tree)
      if (at === "" || path.startsWith(`${at}/`)) found.set(path, each);
  };

  walk("", source === "." ? [] : source.split("/"), []);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Names in each folder, also in such as are ignored themselves but for something inside. */
function foldersOf(tree: Tree): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([["", new Set()]]);
  for (const path of tree.keys()) {
    const parts = path.split("/");
    for (const [i, name] of parts.entries()) {
      const folder = parts.slice(0, i).join("/");
      folders.set(folder, (folders.get(folder) ?? new Set()).add(name));
    }
  }
  return folders;
}
