import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Entry } from "./context.ts";
import type { Recipe } from "./recipe.ts";

/** The hash over all that a build sees: what is hashed is what is staged, and so what is built. */
export type Inputs = string;

/** Ids of images by the names that a recipe uses. */
export type Ids = ReadonlyMap<string, string>;

/**
 * The hash of a recipe's inputs: instructions, arguments, settings, the images it stands on, and
 * each file, link and folder that it takes. Nothing of where the scenario lies or who asks.
 */
export async function inputsOf(recipe: Recipe, ids: Ids): Promise<Inputs> {
  return digestOf(recipe, ids, (folder, entry) => contentOf(join(folder, entry.path), entry));
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
  await write(join(to, "Dockerfile"), text, 0o644);
  // What is ignored is left out already; the list must not be read again, in another place.
  await write(join(to, "Dockerfile.dockerignore"), "# applied\n", 0o644);
  for (const i of recipe.contexts.keys()) await folderAt(join(to, `${i}`));
  return digestOf(recipe, ids, async (folder, entry, i) => {
    const path = join(to, `${i}`, entry.path);
    const content = await contentOf(join(folder, entry.path), entry);
    if (entry.kind === "folder") await folderAt(path);
    else await folderAt(dirname(path), join(to, `${i}`));
    if (entry.kind === "link") await symlink(entry.target ?? "", path);
    if (entry.kind === "file") await write(path, content, entry.executable ? 0o755 : 0o644);
    return content;
  });
}

async function digestOf(
  recipe: Recipe,
  ids: Ids,
  read: (folder: string, entry: Entry, context: number) => Promise<string | Buffer>,
): Promise<Inputs> {
  const { seen, settings, contexts } = recipe;
  const images = seen.images.map((name) => [name, ids.get(name) ?? ""]);
  const hash = createHash("sha256").update(JSON.stringify([seen.text, settings, images]));
  for (const [i, { name, folder, entries }] of contexts.entries()) {
    hash.update(`\0context ${name}\0`);
    for (const entry of entries) {
      const content = await read(folder, entry, i);
      hash.update(JSON.stringify([entry.kind, entry.path, entry.executable, content.length]));
      hash.update(content);
    }
  }
  return hash.digest("hex");
}

async function contentOf(path: string, { kind, target = "" }: Entry): Promise<string | Buffer> {
  if (kind === "file") return readFile(path);
  return kind === "link" ? target : "";
}

/** The mode that is asked for, whatever this process' umask is. */
async function write(path: string, content: string | Buffer, mode: number): Promise<void> {
  await writeFile(path, content);
  await chmod(path, mode);
}

/** The folder, and those above it up to `top`, open to every user of the image. */
async function folderAt(path: string, top = path): Promise<void> {
  if (path !== top) await folderAt(dirname(path), top);
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}
