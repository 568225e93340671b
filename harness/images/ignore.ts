import { posix } from "node:path";
import { globOf, type Glob } from "./glob.ts";

/** Which paths of a build context a .dockerignore leaves out. */
export interface Ignore {
  leavesOut(path: string): boolean;
  /** False where an exception (`!...`) may bring back something below a folder that is left out. */
  readonly wholeFolders: boolean;
}

interface Rule {
  readonly fits: Glob;
  readonly back: boolean;
}

/** Reads a .dockerignore: the last pattern that fits a path, or a folder above it, decides. */
export function readIgnore(text: string): Ignore {
  const rules = text.split(/\r?\n/).flatMap(ruleOf);
  const known = new Map<string, number>();
  /** Where the rule stands that decides, -1 for none; folders are looked at once. */
  const deciding = (path: string): number => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const end = path.lastIndexOf("/");
    const above = end < 0 ? -1 : deciding(path.slice(0, end));
    const own = rules.findLastIndex(({ fits }, i) => i > above && fits(path));
    known.set(path, Math.max(above, own));
    return Math.max(above, own);
  };
  return {
    wholeFolders: rules.every(({ back }) => !back),
    leavesOut: (path) => rules[deciding(path)]?.back === false,
  };
}

function ruleOf(line: string): readonly Rule[] {
  if (line.startsWith("#")) return [];
  const [, no, named = ""] = /^(!?)\s*(.*)$/.exec(line.trim()) ?? [];
  const pattern = named && posix.normalize(named.trim()).replace(/^(\.?\/)+|\/$/g, "");
  if (!pattern || pattern === ".") return [];
  return [{ fits: globOf(pattern), back: no === "!" }];
}
