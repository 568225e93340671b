import { posix } from "node:path";
import { globExpression } from "./glob.ts";

/** Which paths of a build context a .dockerignore leaves out. */
export interface Ignore {
  leavesOut(path: string): boolean;
  /** False where an exception (`!...`) may bring back something below a folder that is left out. */
  readonly wholeFolders: boolean;
}

/** Reads a .dockerignore: the last pattern that fits a path, or a folder above it, decides. */
export function readIgnore(text: string): Ignore {
  const rules = text.split(/\r?\n/).flatMap(ruleOf);
  return {
    wholeFolders: rules.every(({ back }) => !back),
    leavesOut: (path) => {
      const all = path.split("/").map((_, i, parts) => parts.slice(0, i + 1).join("/"));
      return rules.findLast(({ fits }) => all.some((above) => fits.test(above)))?.back === false;
    },
  };
}

function ruleOf(line: string): { fits: RegExp; back: boolean }[] {
  if (line.startsWith("#")) return [];
  const [, no, named = ""] = /^(!?)\s*(.*)$/.exec(line.trim()) ?? [];
  const pattern = named && posix.normalize(named.trim()).replace(/^(\.?\/)+|\/$/g, "");
  if (!pattern || pattern === ".") return [];
  return [{ fits: globExpression(pattern), back: no === "!" }];
}
