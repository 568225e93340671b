import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepRecord, takeKept } from "../../../harness/replay/kept.ts";
import { MiB } from "../../../harness/judge/units.ts";
import type { HeadRow, Row } from "../../../harness/record/schema.ts";
import { leak, record } from "../judge/synthetic.ts";

const provenance = {
  version: "0.1.0",
  commit: "1d",
  clean: true,
  scenario: "2e",
  configuration: "3f",
  images: { box: "sha256:4a" },
  arguments: ["run"],
};
/** A broken run as it should be. */
const [made, ...rest] = record("broken", "broken", MiB);
const mine = { ...made, provenance } as HeadRow;
const textOf = (rows: readonly Row[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "aftershock-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
  await kept([mine, ...rest]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function kept(rows: readonly Row[]) {
  await writeFile(join(folder, "record"), textOf(rows));
  await keepRecord(join(folder, "record"));
}
const taken = (asked: HeadRow) => takeKept(asked, leak, join(folder, "taken"));

test("of the same arm of the same code, images and engine it is taken, whatever else differs", async () => {
  const later = { ...mine, startedAt: "2031-01-01T00:00:00.000Z" };
  const asked = {
    ...later,
    provenance: { ...provenance, commit: "another", arguments: ["check"] },
  };
  expect(await taken(asked)).toBe(mine.startedAt);
  const text = zstdDecompressSync(await readFile(join(folder, "taken.zst"))).toString();
  expect(text).toBe(await readFile(join(folder, "record"), "utf8"));
});

test.each<[string, Partial<HeadRow>]>([
  ["scenario's code", { provenance: { ...provenance, scenario: "other" } }],
  ["configuration", { provenance: { ...provenance, configuration: "other" } }],
  ["image", { provenance: { ...provenance, images: { box: "sha256:other" } } }],
  ["version", { provenance: { ...provenance, version: "9.9.9" } }],
  ["engine", { engine: { ...mine.engine, version: "29.0.0" } }],
  ["machine", { engine: { ...mine.engine, memoryBytes: 1 } }],
  ["setting", { env: { ARM: "broken", NAMES: "lower" } }],
])("of another %s it is not", async (_, other) => {
  expect(await taken({ ...mine, ...other })).toBeUndefined();
});

test.each<[string, readonly Row[]]>([
  ["that was cut off", [mine, ...rest.slice(0, -1)]],
  ["of a head only", [mine]],
  [
    "of an arm that was not over",
    [mine, ...rest.slice(0, -1), { ...rest.at(-1)!, outcome: "interrupted" } as Row],
  ],
  ["of a day that is none", [{ ...mine, startedAt: "yesterday" }, ...rest]],
  ["that shows no failure", [mine, ...record("broken", "broken", 0).slice(1)]],
])("a record %s is none to take", async (_, rows) => {
  await kept(rows);
  expect(await taken(mine)).toBeUndefined();
});

test("where there is none, or a damaged one, there is none to take", async () => {
  expect(await taken({ ...mine, arm: "consistent" })).toBeUndefined();
  const file = join(folder, "aftershock/records", `${mine.scenario}.${mine.arm}.ndjson.zst`);
  await writeFile(file, "none");
  expect(await taken(mine)).toBeUndefined();
});
