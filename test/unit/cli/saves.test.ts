import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nextSave, savedBetween, standingOf } from "../../../harness/cli/saves.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  await mkdir(join(folder, "app"));
  await writeFile(join(folder, "app/one.py"), "1");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ["a file that is written", () => writeFile(join(folder, "app/one.py"), "2")],
  ["a new one", () => writeFile(join(folder, "app/two.py"), "2")],
  ["one that is deleted", () => rm(join(folder, "app/one.py"))],
  ["the whole folder gone", () => rm(join(folder, "app"), { recursive: true })],
  [
    "an editor's way: another file in its place",
    async () => {
      await writeFile(join(folder, "app/.one.py.swp"), "1");
      await rename(join(folder, "app/.one.py.swp"), join(folder, "app/one.py"));
    },
  ],
])("%s is a save", async (_, save) => {
  const before = await standingOf(folder);
  const next = nextSave(folder, before, AbortSignal.timeout(10_000));
  await save();
  expect(savedBetween(before, await next)).toBeGreaterThan(0);
});

test("it waits until nothing more is written", async () => {
  const before = await standingOf(folder);
  const next = nextSave(folder, before, AbortSignal.timeout(10_000));
  for (const name of ["a", "b", "c", "d"]) {
    await writeFile(join(folder, "app", name), name);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(savedBetween(before, await next)).toBe(4);
});

test("a patch by itself is watched, too; and who waits can be told to stop", async () => {
  const file = join(folder, "app/one.py");
  const before = await standingOf(file);
  await expect(nextSave(file, before, AbortSignal.timeout(50))).rejects.toThrow(/abort/i);
  await writeFile(file, "more");
  expect(savedBetween(before, await standingOf(file))).toBe(1);
});
