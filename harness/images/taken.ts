import { posix } from "node:path";
import type { Entry, Tree } from "./context.ts";
import { globOf, isGlob, type Glob } from "./glob.ts";

/** Links that lead to links end somewhere, or nowhere after that many. */
const mostLinks = 40;

/**
 * Says which entries of a context one source of COPY or a mount takes, in the order of their paths:
 * folders with all below them, links in its way with what they lead to. None if there is no such
 * path.
 */
export function takerOf(tree: Tree): (source: string) => readonly Entry[] {
  const folders = foldersOf(tree);
  return (source) => {
    const parts = source === "." ? [] : source.split("/");
    return takenBy(
      parts.map((part) => (isGlob(part) ? globOf(part) : part)),
      tree,
      folders,
    );
  };
}

/** Names in each folder, by its path. */
type Folders = ReadonlyMap<string, ReadonlySet<string>>;

function takenBy(source: readonly (string | Glob)[], tree: Tree, folders: Folders) {
  const found = new Set<string>();
  const known = new Map<string, boolean>();

  /**
   * Goes on from a path: by the names that a link gives, then by the parts of the source from
   * `next` on. Whether it comes to anything. Each way on is gone once: among links that lead back
   * there are more ways than anybody waits for.
   */
  const walk = (at: string, names: readonly string[], next: number, links: number): boolean => {
    const key = JSON.stringify([at, names, next, links]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const comes = step(at, names, next, links);
    known.set(key, comes);
    return comes;
  };
  const step = (at: string, names: readonly string[], next: number, links: number): boolean => {
    const entry = tree.get(at);
    if (entry?.kind === "link") {
      if (links >= mostLinks) return false;
      const to = posix.resolve("/", posix.dirname(at), entry.target ?? "").slice(1);
      const comes = walk("", [...to.split("/").filter(Boolean), ...names], next, links + 1);
      if (comes) found.add(at);
      return comes;
    }
    const [name, ...rest] = names;
    const part = name ?? source[next];
    if (part === undefined) return takeAll(at);
    const further = name === undefined ? next + 1 : next;
    const below = folders.get(at) ?? new Set();
    const fits =
      typeof part === "string" ? [part].filter((one) => below.has(one)) : [...below].filter(part);
    return fits.map((one) => walk(pathOf(at, one), rest, further, links)).some(Boolean);
  };
  const takeAll = (at: string): boolean => {
    const there = tree.has(at) || folders.has(at);
    if (!there || found.has(at)) return there;
    found.add(at);
    if (tree.get(at)?.kind !== "link")
      for (const one of folders.get(at) ?? []) takeAll(pathOf(at, one));
    return true;
  };

  walk("", [], 0, 0);
  return [...found].sort().flatMap((path) => tree.get(path) ?? []);
}

const pathOf = (folder: string, name: string) => (folder ? `${folder}/${name}` : name);

/** Names in each folder, also in such as are ignored themselves but for something inside. */
function foldersOf(tree: Tree): Folders {
  const folders = new Map<string, Set<string>>([["", new Set()]]);
  for (const path of tree.keys()) {
    for (let end = path.length; end > 0;) {
      const cut = path.lastIndexOf("/", end - 1);
      const folder = path.slice(0, Math.max(cut, 0));
      folders.set(folder, (folders.get(folder) ?? new Set()).add(path.slice(cut + 1, end)));
      end = cut;
    }
  }
  return folders;
}
