import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { reasonOf } from "../files.ts";
import type { ComposeModel } from "./compose-model.ts";
import { byUnits, filesBelow, unreadable, type Found } from "./walk.ts";

/** What people read, and a workshop's papers: neither an arm nor its verdict depends on them. */
const besides = /^(README\.md|drill\/.*|(.*\/)?\.DS_Store)$/s;

/** SHA-256 over all files of a scenario's folder that decide an arm or its verdict. */
export async function scenarioHash(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const found of await filesBelow(folder)) {
    if (besides.test(found.path)) continue;
    await addFile(hash, folder, found).catch((cause: unknown) => {
      throw unreadable(join(folder, found.path), reasonOf(cause), cause);
    });
  }
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

/** Its path, whether it can be run, and what it holds: for a link, where it leads. */
async function addFile(hash: Hash, folder: string, { path, kind }: Found): Promise<void> {
  const file = join(folder, path);
  const runs = kind === "file" && ((await lstat(file)).mode & 0o100) !== 0;
  hash.update(`${path}\0${kind === "link" ? "link" : runs ? "program" : "file"}\0`);
  if (kind === "link") hash.update(await readlink(file));
  else if (kind === "file") {
    const content = createHash("sha256");
    await pipeline(createReadStream(file), content);
    hash.update(content.digest());
  }
  hash.update("\0");
}
