import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepRecord, takeKept } from "../../../harness/replay/kept.ts";
import type { HeadRow } from "../../../harness/record/schema.ts";
import { head } from "../../support/rows.ts";

const provenance = {
  version: "0.1.0",
  commit: "1d",
  clean: true,
  scenario: "2e",
  configuration: "3f",
  images: { box: "sha256:4a" },
  arguments: ["run"],
};
const mine: HeadRow = { ...head(), provenance };
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "aftershock-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
  await writeFile(join(folder, "record"), `${JSON.stringify(mine)}\n`);
  await keepRecord(join(folder, "record"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const taken = (asked: HeadRow) => takeKept(asked, join(folder, "taken"));

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

test("where there is none, or a damaged one, there is none to take", async () => {
  expect(await taken({ ...mine, arm: "consistent" })).toBeUndefined();
  const file = join(folder, "aftershock/records", `${mine.scenario}.${mine.arm}.ndjson.zst`);
  await writeFile(file, "none");
  expect(await taken(mine)).toBeUndefined();
});
