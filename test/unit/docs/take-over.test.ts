import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeOver } from "../../../docs/take-over.ts";
import { readRecord } from "../../../harness/record/reader.ts";
import { recordName, smallRun, type SmallRun } from "../../support/example-folder.ts";

let root: string;
let example: string;
let sound: SmallRun;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "aftershock-docs-"));
  example = join(root, "example-run");
  sound = await smallRun(example);
});
afterEach(() => rm(root, { recursive: true }));

const files = () => readdir(example, { recursive: true });

test("the example run is never replaced by itself", async () => {
  const before = await files();
  await symlink("example-run", join(root, "latest"));
  for (const same of [example, `${example}/`, join(root, "latest"), join(example, "record/..")])
    await expect(takeOver(same, example)).rejects.toThrow(/is the example run itself/);
  expect(await files()).toEqual(before);
  expect(await readdir(root)).toEqual(["example-run", "latest"]);
});

test("what holds no run replaces nothing", async () => {
  const before = await files();
  await expect(takeOver(join(root, "nowhere"), example)).rejects.toThrow(/holds no run/);
  expect(await files()).toEqual(before);
});

test("another run takes its place, all records packed; nothing of the old one stays", async () => {
  const other = join(root, "other");
  await cp(example, other, { recursive: true });
  await writeFile(join(example, "record/old.arm.1.ndjson.zst"), "");
  await takeOver(other, example);
  const names = [sound.broken, sound.fixed].map((arm) => `${recordName(arm)}.zst`);
  expect((await files()).toSorted()).toEqual(["record", "run.json", ...names].toSorted());
  for (const arm of [sound.broken, sound.fixed])
    expect(readRecord(join(example, `${recordName(arm)}.zst`)).head.arm).toBe(arm.arm);
  expect(await readFile(join(example, "run.json"), "utf8")).toBe(JSON.stringify(sound.run));
  expect(await readdir(root)).toEqual(["example-run", "other"]);
});
