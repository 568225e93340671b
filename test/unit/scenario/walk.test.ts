import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scenarioHash } from "../../../harness/scenario/hashes.ts";
import { readersOf } from "../../../harness/scenario/readers.ts";
import { filesBelow } from "../../../harness/scenario/walk.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "walk-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (...paths: string[]) => {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `the text of ${path}`);
  }
};
const link = (to: string, path: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  symlinkSync(to, join(folder, path));
};
const paths = async () => (await filesBelow(folder)).map(({ path }) => path);

test("all that is no folder, in one order, without packages and git's papers", async () => {
  put("b", "a/z/1", "a-b", "node_modules/x/y", "a/node_modules/x", ".git/config", "a/.git");
  mkdirSync(join(folder, "empty"));
  expect(await paths()).toEqual(["a-b", "a/z/1", "b"]);
});

test("kinds: files, links by themselves, and the rest", async () => {
  put("file");
  link("file", "link");
  link("nowhere", "dangling");
  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect((await filesBelow(folder)).map(({ path, kind }) => `${path} ${kind}`)).toEqual([
    "dangling link",
    "file file",
    "link link",
    "pipe other",
  ]);
});

test.each<[string, () => void]>([
  ["to its own folder, twice", () => ["current", "latest"].map((name) => link(".", name))],
  ["upwards, twice", () => ["x", "y"].map((name) => link("../..", `packages/${name}`))],
  ["to what the system tells of processes", () => link("/proc", "proc")],
  ["to the root", () => link("/", "root")],
])("links %s are not followed, whoever walks", async (_, make) => {
  put("scenario.ts");
  make();
  expect(await paths()).toContain("scenario.ts");
  expect(await readersOf(folder, "")).toBe("the text of scenario.ts");
  expect(await scenarioHash(folder)).toMatch(/^\w{64}$/);
});

test("what a link leads to is no part of the hash, where it leads is", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "walk-"));
  link(elsewhere, "link");
  const before = await scenarioHash(folder);
  writeFileSync(join(elsewhere, "more"), "");
  expect(await scenarioHash(folder)).toBe(before);
  rmSync(elsewhere, { recursive: true });
  rmSync(join(folder, "link"));
  link("/", "link");
  expect(await scenarioHash(folder)).not.toBe(before);
});

test("more than can be meant, and names that are none, cost a sentence", async () => {
  put("a", "b", "c/d");
  await expect(filesBelow(folder, 2)).rejects.toMatchObject({
    code: "FOLDER_TOO_LARGE",
    exitCode: 65,
    message: `${folder}: holds more than 2 files`,
  });
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/c/`), Buffer.from([0xe9])]), "");
  await expect(filesBelow(folder)).rejects.toMatchObject({
    code: "FOLDER_UNREADABLE",
    exitCode: 65,
    message: `${folder}/c/\uFFFD: cannot be read: its name is not UTF-8`,
  });
});
