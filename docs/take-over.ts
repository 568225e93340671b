import { randomBytes } from "node:crypto";
import { cp, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import { judgeFolder, UsageError } from "../harness/index.ts";

const packing = { params: { [constants.ZSTD_c_compressionLevel]: 19 } };

/**
 * Replaces the example run by another one: its run.json, and its records packed to less than a
 * tenth, the same record always to the same bytes. The new one is made beside the old one, which
 * stays until it is whole.
 * @throws UsageError where the run is the example itself, or lies in it
 */
export async function takeOver(folder: string, example: string): Promise<void> {
  await judgeFolder(folder);
  if (await isWithin(folder, example))
    throw new UsageError("SAME_FOLDER", `${folder} is the example run itself.`, {
      hint: "Name another run, or none: then the documents are made from the example as it is.",
    });
  const made = `${example}.${randomBytes(4).toString("hex")}`;
  const old = `${made}.old`;
  try {
    await pack(folder, made);
    await rename(example, old);
    await rename(made, example).catch(async (error: unknown) => {
      await rename(old, example);
      throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  await rm(old, { recursive: true });
}

async function pack(folder: string, target: string): Promise<void> {
  await mkdir(join(target, "record"), { recursive: true });
  await cp(join(folder, "run.json"), join(target, "run.json"));
  for (const name of await readdir(join(folder, "record"))) {
    const from = join(folder, "record", name);
    const to = join(target, "record", name);
    if (name.endsWith(".ndjson.zst")) await cp(from, to);
    if (name.endsWith(".ndjson"))
      await writeFile(`${to}.zst`, zstdCompressSync(await readFile(from), packing));
  }
}

async function isWithin(folder: string, outer: string): Promise<boolean> {
  const way = relative(await realpath(outer), await realpath(resolve(folder)));
  return way === "" || !way.startsWith("..");
}
