import { copyFile, readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { zstdCompressSync } from "node:zlib";
import { cacheFolder, openFolder } from "../cache.ts";
import { writeWhole } from "../files.ts";
import { readRecord } from "../record/reader.ts";
import type { HeadRow } from "../record/schema.ts";

/**
 * Keeps the record of a broken arm that failed as claimed, in the cache folder: fixes can be held
 * against it for as long as nothing changes that decides it. There is one of each arm, the newest.
 */
export async function keepRecord(record: string): Promise<void> {
  openFolder(cacheFolder());
  openFolder(keptFolder());
  const packed = zstdCompressSync(await readFile(record));
  await writeWhole(keptFile(readRecord(record).head), packed);
}

/**
 * Copies the kept record of such an arm to `path`; tells when it was made, undefined where there is
 * none of the same scenario, configuration, images, version and engine.
 */
export async function takeKept(head: HeadRow, path: string): Promise<string | undefined> {
  const file = keptFile(head);
  if (!existsSync(file)) return undefined;
  openFolder(keptFolder());
  const kept = headIn(file);
  if (!kept || !isDeepStrictEqual(decisive(kept), decisive(head))) return undefined;
  await copyFile(file, `${path}.zst`);
  return kept.startedAt;
}

const keptFolder = () => join(cacheFolder(), "records");
const keptFile = ({ scenario, arm }: HeadRow) =>
  join(keptFolder(), `${scenario}.${arm}.ndjson.zst`);

/** Nothing where the file is damaged, or of another version: then the arm is played. */
function headIn(file: string): HeadRow | undefined {
  try {
    return readRecord(file).head;
  } catch {
    return undefined;
  }
}

/** All of a head that decides what its arm does. */
function decisive({ scenario, arm, role, repeat, engine, env, provenance }: HeadRow) {
  const { version, scenario: code, configuration, images } = provenance ?? {};
  // A record's objects have lost what is undefined in ours.
  return JSON.parse(
    JSON.stringify([
      { scenario, arm, role, repeat, engine, env },
      { version, code, configuration, images },
    ]),
  ) as unknown;
}
