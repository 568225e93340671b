import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readersOf } from "../../../harness/scenario/readers.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "readers-")), "it");
  put("app/run.sh", "in the app");
});
afterEach(() => rmSync(dirname(folder), { recursive: true }));

const put = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

test("the code, the compose files of the folder, and those that compose.yml names", async () => {
  put("drive.ts", "in the drive");
  put("../envelope.yml", "in the envelope");
  const text = await readersOf(folder, "extends: { file: ../envelope.yml, service: box }");
  expect(text).toBe("in the envelope\nin the drive");
});

test.each([
  ["run({ ...arm.env })", true],
  ["const { env } = arm;", true],
  ["const { name, env } = scene.arm;", true],
  ["arm.env.BOX", false],
  ["arm.env?.BOX", false],
  ['arm.env["BOX"]', false],
  ["const { env } = process;", false],
  ["const { name } = arm;", false],
])("%s: whether all of the folder is read is %j", async (code, all) => {
  put("drive.ts", code);
  expect((await readersOf(folder, "")).includes("in the app")).toBe(all);
});

test.each([
  ["brackets", "{ env ".repeat(140_000)],
  ["words", `{${"env ".repeat(200_000)}`],
])("many %s in its code are soon read", async (_, code) => {
  put("drive.ts", code);
  const began = performance.now();
  await readersOf(folder, "a".repeat(500_000));
  expect(performance.now() - began).toBeLessThan(5000);
});

test("a package may hold the scenario, and no file is read for ever", async () => {
  folder = join(folder, "node_modules/pack/it");
  put("drive.ts", "in the drive");
  put("large.ts", "x".repeat(2 ** 20 + 1));
  expect(await readersOf(folder, "")).toBe("in the drive");
});
