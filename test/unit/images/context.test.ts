import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTree } from "../../../harness/images/context.ts";
import { takerOf } from "../../../harness/images/taken.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "context-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (...paths: string[]) => {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
};
const take = async (source: string) =>
  takerOf(await readTree(folder))(source).map(({ path }) => path);

test("a folder is taken with all below, also what is empty", async () => {
  put("app/a", "app/b/c", "application");
  mkdirSync(join(folder, "app/empty"));
  expect(await take("app")).toEqual(["app", "app/a", "app/b", "app/b/c", "app/empty"]);
  expect(await take(".")).toHaveLength(6);
  expect(await take("none")).toEqual([]);
});

test("a pattern stays within its folder", async () => {
  put("a/x.py", "a/y.txt", "a/b/z.py", "c/x.py");
  expect(await take("a/*.py")).toEqual(["a/x.py"]);
  expect(await take("*/x.py")).toEqual(["a/x.py", "c/x.py"]);
});

test("a link in the way is followed, within the context; one below a folder is kept", async () => {
  put("real/file", "real/sub/x");
  symlinkSync("real", join(folder, "link"));
  symlinkSync("/real/sub", join(folder, "absolute"));
  symlinkSync("../../../real/file", join(folder, "real/sub/up"));
  expect(await take("link/file")).toEqual(["link", "real/file"]);
  expect(await take("absolute/x")).toEqual(["absolute", "real/sub/x"]);
  expect(await take("real/sub/up")).toEqual(["real/file", "real/sub/up"]);
  expect(await take("real/sub")).toEqual(["real/sub", "real/sub/up", "real/sub/x"]);
});

test("links in a circle, and into nothing, are nothing to take", async () => {
  symlinkSync("b", join(folder, "a"));
  symlinkSync("a", join(folder, "b"));
  symlinkSync("nowhere", join(folder, "c"));
  expect(await take("a")).toEqual([]);
  expect(await take("c")).toEqual([]);
  expect(await take(".")).toEqual(["a", "b", "c"]);
});

test("what is executable is seen; pipes are not read", async () => {
  put("run", "data");
  chmodSync(join(folder, "run"), 0o700);
  chmodSync(join(folder, "data"), 0o600);
  execFileSync("sh", ["-c", `mkfifo ${join(folder, "pipe")}`]);
  const tree = await readTree(folder);
  expect([...tree.values()].map(({ path, executable }) => [path, executable])).toEqual([
    ["data", false],
    ["run", true],
  ]);
});

test(".dockerignore counts, and the Dockerfile's own list before it", async () => {
  put("keep/a", "drop/b", "Dockerfile");
  writeFileSync(join(folder, ".dockerignore"), "drop\n.dockerignore\n");
  expect(await take(".")).toEqual(["Dockerfile", "keep", "keep/a"]);
  writeFileSync(join(folder, "Dockerfile.dockerignore"), "*\n!keep\n");
  const tree = await readTree(folder, join(folder, "Dockerfile"));
  expect([...tree.keys()]).toEqual(["keep", "keep/a"]);
});

test("links that lead back, below a pattern of many folders, come to an end", async () => {
  put("a/x");
  for (const name of ["b", "c", "d", "e"]) symlinkSync(".", join(folder, name));
  expect(await take(`${"*/".repeat(30)}x`)).toEqual(["a/x", "b", "c", "d", "e"]);
});

test("a name with a star in it, where a link leads, is that name", async () => {
  put("real*/x", "really/x");
  symlinkSync("real*", join(folder, "link"));
  expect(await take("link/x")).toEqual(["link", "real*/x"]);
});

describe("a list that is no short file of its own", () => {
  test.each<[string, (path: string) => void, string]>([
    ["a pipe", (path) => execFileSync("mkfifo", [path]), "is no ordinary file"],
    ["a device", (path) => symlinkSync("/dev/zero", path), "is a link"],
    ["a folder", (path) => mkdirSync(path), "is no ordinary file"],
    ["a book", (path) => writeFileSync(path, "x\n".repeat(40_000)), "is larger than 65536 bytes"],
  ])("%s is told, and not read", async (_, make, fault) => {
    for (const name of [".dockerignore", "Dockerfile.dockerignore"]) {
      make(join(folder, name));
      await expect(readTree(folder, join(folder, "Dockerfile"))).rejects.toMatchObject({
        code: "DOCKERIGNORE_UNREADABLE",
        exitCode: 65,
        message: `${join(folder, name)} ${fault}.`,
      });
      rmSync(join(folder, name), { recursive: true });
    }
  });
});
