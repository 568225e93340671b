import { cp, lstat, mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { UsageError } from "../errors.ts";
import { MiB } from "../judge/units.ts";
import { invalidFix, type ChangedPlace, type Fix } from "./fix.ts";
import { filesBelow } from "./walk.ts";

/** What a fix may bring: more is no change of a scenario's few files. */
const most = { entries: 20_000, bytes: 512 * MiB } as const;
const enough = `At most ${most.entries} files, and ${most.bytes / MiB} MiB, with names in UTF-8.`;

/**
 * Copies what a fix lays over its places below `parent`, where names can't be taken for patterns or
 * rules of a build: `files/` holds all files of a place, `patches/0.patch` its first patch. A place
 * with a Dockerfile of its own is built from where it is.
 * @throws UsageError FIX_INVALID for what is neither file, folder nor link, and for too much of it
 */
export async function stageFix(fix: Fix, parent: string): Promise<Fix> {
  const places: ChangedPlace[] = [];
  for (const place of fix.places) {
    const brings = place.files.length + place.patches.length > 0 || place.dockerfile !== undefined;
    if (brings) await mustBePlain(fix.folder, place.context);
    places.push(
      place.dockerfile !== undefined ? place : await stagePlace(place, join(parent, place.name)),
    );
  }
  return { ...fix, places };
}

async function stagePlace(place: ChangedPlace, context: string): Promise<ChangedPlace> {
  for (const part of ["files", "patches"]) await mkdir(join(context, part), { recursive: true });
  for (const name of place.files)
    await cp(join(place.context, name), join(context, "files", name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  for (const [i, name] of place.patches.entries())
    await cp(join(place.context, name), join(context, "patches", `${i}.patch`));
  return { ...place, context };
}

/** Looks at everything before anything is copied: a fifo never ends, and a disk does. */
async function mustBePlain(fix: string, folder: string): Promise<void> {
  const found = await filesBelow(folder, most.entries, new Set()).catch((cause: Error) => {
    throw new UsageError("FIX_INVALID", cause.message, { hint: enough, cause });
  });
  const odd = found.find(({ kind }) => kind === "other");
  const where = (path: string) => relative(fix, join(folder, path));
  if (odd)
    throw invalidFix(where(odd.path), "it is neither file, folder nor link", "Leave it out.");
  let bytes = 0;
  for (const { path } of found) bytes += (await lstat(join(folder, path))).size;
  if (bytes > most.bytes) throw invalidFix(where(""), "it holds too much for a fix", enough);
}
