import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ComposeModel } from "./compose-model.ts";

/** What people read, and a workshop's papers: neither an arm nor its verdict depends on them. */
const besides = /^(README\.md|drill\/.*|(.*\/)?(\.git|\.DS_Store))$/;

/** SHA-256 over all files of a scenario's folder that decide an arm or its verdict. */
export async function scenarioHash(folder: string): Promise<string> {
  const paths = (await filesBelow(folder)).filter((path) => !besides.test(path)).toSorted(byUnits);
  const hash = createHash("sha256");
  for (const path of paths) await addFile(hash, folder, path);
  return hash.digest("hex");
}

/**
 * SHA-256 of what compose resolved. Paths count as seen from the scenario's folder where they lie
 * in `root`, the tree that holds it: so two clones of one commit have the same hash.
 */
export function configurationHash(model: ComposeModel, folder: string, root: string): string {
  const { text: _, ...parts } = model;
  const pathKeys = new Set(["context", "dockerfile", "file", "source", "path"]);
  const seen = (path: string) =>
    isAbsolute(path) && (path === root || path.startsWith(join(root, sep)))
      ? relative(folder, path).split(sep).join("/") || "."
      : path;
  const plain = (value: unknown, isPath = false): unknown => {
    if (typeof value === "string") return isPath ? seen(value) : value;
    if (Array.isArray(value)) return value.map((item) => plain(item));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).toSorted(([a], [b]) => byUnits(a, b));
    return Object.fromEntries(
      entries.map(([key, item]) =>
        key === "additional_contexts" && typeof item === "object" && item !== null
          ? [key, Object.entries(item).map(([name, path]) => [name, plain(path, true)])]
          : [key, plain(item, isPath || pathKeys.has(key))],
      ),
    );
  };
  return createHash("sha256")
    .update(JSON.stringify(plain(parts)))
    .digest("hex");
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

/** Its path, whether it can be run, and what it holds: for a link, where it leads. */
async function addFile(hash: Hash, folder: string, path: string): Promise<void> {
  const file = join(folder, path);
  const stat = await lstat(file);
  const runs = stat.isFile() && (stat.mode & 0o100) !== 0;
  hash.update(`${path}\0${stat.isSymbolicLink() ? "link" : runs ? "program" : "file"}\0`);
  if (stat.isSymbolicLink()) hash.update(await readlink(file));
  else if (stat.isFile()) {
    const content = createHash("sha256");
    await pipeline(createReadStream(file), content);
    hash.update(content.digest());
  }
  hash.update("\0");
}

/** By code units: the same order whatever the language of the machine. */
const byUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
