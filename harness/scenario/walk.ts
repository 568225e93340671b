import { isUtf8 } from "node:buffer";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ScenarioError } from "../errors.ts";
import { reasonOf } from "../files.ts";
import { shown } from "./shown.ts";

/** Something in a scenario's folder that is no folder itself. */
export interface Found {
  /** With "/", from the folder. */
  readonly path: string;
  readonly kind: "file" | "link" | "other";
}

/** Installed packages and git's own papers: no part of what somebody wrote. */
const apart: ReadonlySet<string> = new Set(["node_modules", ".git"]);

const mostFound = 50_000;

/**
 * All that lies below a stranger's folder, ordered by code units: the same on every machine. A link
 * is a thing of its own, and what it leads to is not looked at: it may lead back, or anywhere.
 * @param without folders that are left out, wherever they stand
 * @throws ScenarioError FOLDER_UNREADABLE or FOLDER_TOO_LARGE
 */
export async function filesBelow(
  folder: string,
  most = mostFound,
  without = apart,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const left = [""];
  for (let below = left.pop(); below !== undefined; below = left.pop()) {
    for (const { path, entry } of await entriesOf(folder, below, without)) {
      if (entry.isDirectory()) left.push(`${path}/`);
      else found.push({ path, kind: kindOf(entry) });
    }
    if (found.length + left.length > most) throw tooLarge(folder, most);
  }
  return found.sort((a, b) => byUnits(a.path, b.path));
}

/** By code units: the same order whatever the language of the machine. */
export const byUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A path of the folder that cannot be read, in a sentence; what went in the meantime, too. */
export function unreadable(path: string, why: string, cause?: unknown): ScenarioError {
  return new ScenarioError("FOLDER_UNREADABLE", `${shown(path)}: cannot be read: ${why}`, {
    hint: "A scenario's folder holds files that are your own or open to you. Mend it, or move it elsewhere.",
    cause,
  });
}

/** What a folder holds. Names are read as bytes: as text, one that is none would lead nowhere. */
async function entriesOf(folder: string, below: string, without: ReadonlySet<string>) {
  const at = join(folder, below);
  const entries = await readdir(at, { withFileTypes: true, encoding: "buffer" }).catch(
    (cause: unknown) => {
      throw unreadable(at, reasonOf(cause), cause);
    },
  );
  return entries.flatMap((entry) => {
    const name = entry.name.toString();
    if (without.has(name)) return [];
    if (!isUtf8(entry.name)) throw unreadable(join(at, name), "its name is not UTF-8");
    return [{ path: below + name, entry }];
  });
}

function kindOf(entry: { isFile(): boolean; isSymbolicLink(): boolean }): Found["kind"] {
  if (entry.isFile()) return "file";
  return entry.isSymbolicLink() ? "link" : "other";
}

function tooLarge(folder: string, most: number): ScenarioError {
  return new ScenarioError("FOLDER_TOO_LARGE", `${shown(folder)}: holds more than ${most} files`, {
    hint: "Keep in it what its arms need, and the rest outside of it.",
  });
}
