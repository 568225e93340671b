import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError, ScenarioError } from "../errors.ts";
import { faultOfPath, reasonOf } from "../files.ts";
import { KiB } from "../judge/units.ts";
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
  const own = dockerfile && (await listAt(`${dockerfile}.dockerignore`));
  return readIgnore(own || (await listAt(join(folder, ".dockerignore"))));
}

/** What a .dockerignore says, nothing where there is none. A stranger's may be a pipe or a device. */
async function listAt(path: string): Promise<string> {
  const fault = await faultOfPath(path, "file", 64 * KiB);
  if (fault === "is missing") return "";
  if (fault === undefined) return readable(path, () => readFile(path, "utf8"));
  throw new ScenarioError("DOCKERIGNORE_UNREADABLE", `${path} ${fault}.`, {
    hint: "Write it as a short file of its own, or take it away.",
  });
}

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
    if (!(cause as NodeJS.ErrnoException).code) throw cause;
    throw new EnvironmentError(
      "CONTEXT_UNREADABLE",
      `${path} cannot be read: ${reasonOf(cause)}.`,
      {
        hint: "An image is built from it: it must be your own, or open to you.",
        cause,
      },
    );
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
