import { copyFile, readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { zstdCompressSync } from "node:zlib";
import { cacheFolder, openFolder } from "../cache.ts";
import { writeWhole } from "../files.ts";
import { judgeArm } from "../judge/verdict.ts";
import { readRecord } from "../record/reader.ts";
import type { HeadRow } from "../record/schema.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";

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
 * none that shows the failure, of the same scenario, configuration, images, version and engine.
 * Whatever keeps it from being read or copied: then the arm is played.
 */
export async function takeKept(
  head: HeadRow,
  definition: ScenarioDefinition,
  path: string,
): Promise<string | undefined> {
  const file = keptFile(head);
  if (!existsSync(file)) return undefined;
  try {
    openFolder(keptFolder());
    const kept = readRecord(file);
    if (!isDeepStrictEqual(decisive(kept.head), decisive(head))) return undefined;
    if (kept.cutOff || !judgeArm(definition, kept.rows).ok) return undefined;
    const madeAt = new Date(kept.head.startedAt).toISOString();
    await copyFile(file, `${path}.zst`);
    return madeAt;
  } catch {
    return undefined;
  }
}

const keptFolder = () => join(cacheFolder(), "records");
const keptFile = ({ scenario, arm }: HeadRow) =>
  join(keptFolder(), `${scenario}.${arm}.ndjson.zst`);

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
