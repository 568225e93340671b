import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readable, type Entry } from "./context.ts";
import type { Recipe } from "./recipe.ts";

/** The hash over all that a build sees: what is hashed is what is staged, and so what is built. */
export type Inputs = string;

/** Ids of images by the names that a recipe uses. */
export type Ids = ReadonlyMap<string, string>;

/** Hashes of files that have been read, so that images which share one read it once. */
export type Digests = Map<string, Promise<string>>;

/**
 * The hash of a recipe's inputs: instructions, arguments, settings, the images it stands on, and
 * each file, link and folder that it takes. Nothing of where the scenario lies or who asks.
 */
export async function inputsOf(
  recipe: Recipe,
  ids: Ids,
  digests: Digests = new Map(),
): Promise<Inputs> {
  return hashOf(recipe, ids, (folder, entry) => {
    const path = join(folder, entry.path);
    const digest = digests.get(path) ?? digestOf(path);
    digests.set(path, digest);
    return digest;
  });
}

/**
 * Lays out below `to` what a build of the recipe may see, and nothing else: `Dockerfile`, and a
 * folder "0", "1", ... per context. Modes are git's, 644 and 755, whatever the umask of the clone
 * was. Gives the hash of what was laid out.
 */
export async function stage(
  recipe: Recipe,
  ids: Ids,
  to: string,
  text = recipe.text,
): Promise<Inputs> {
  await writeFile(join(to, "Dockerfile"), text);
  // What is ignored is left out already; the list must not be read again, in another place.
  await writeFile(join(to, "Dockerfile.dockerignore"), "# applied\n");
  for (const [i, { entries, folder }] of recipe.contexts.entries()) {
    await folderAt(join(to, `${i}`));
    for (const entry of entries) await copy(folder, entry, join(to, `${i}`));
  }
  return hashOf(recipe, ids, (_, entry, i) => digestOf(join(to, `${i}`, entry.path)));
}

async function hashOf(
  recipe: Recipe,
  ids: Ids,
  digest: (folder: string, entry: Entry, context: number) => Promise<string>,
): Promise<Inputs> {
  const { seen, settings, contexts, build } = recipe;
  const images = seen.images.map((name) => [name, ids.get(name) ?? ""]);
  const hash = createHash("sha256").update(JSON.stringify([seen.text, settings, images]));
  // Where the stages that a target needs can't be told, nothing else tells two targets apart.
  if (!seen.sure) hash.update(`\0target ${build.target ?? ""}\0`);
  for (const [i, { name, folder, entries }] of contexts.entries()) {
    hash.update(`\0context ${name}\0`);
    for (const entry of entries) {
      const { kind, path, executable, target = "" } = entry;
      const content = kind === "file" ? await digest(folder, entry, i) : target;
      hash.update(JSON.stringify([kind, path, executable, content]));
    }
  }
  return hash.digest("hex");
}

const digestOf = (path: string): Promise<string> =>
  readable(path, async () => {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest("hex");
  });

async function copy(from: string, entry: Entry, to: string): Promise<void> {
  const path = join(to, entry.path);
  if (entry.kind === "folder") return folderAt(path, to);
  await folderAt(dirname(path), to);
  if (entry.kind === "link") return symlink(entry.target ?? "", path);
  const source = join(from, entry.path);
  await readable(source, () => copyFile(source, path));
  await chmod(path, entry.executable ? 0o755 : 0o644);
}

/** The folder, and those above it up to `top`, open to every user of the image. */
async function folderAt(path: string, top = path): Promise<void> {
  if (path !== top) await folderAt(dirname(path), top);
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}
