import { execFileSync } from "node:child_process";
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { faultOfPath, reasonOf, writeWhole } from "../../harness/files.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "aftershock-files-"));
  path = join(folder, "report");
  await writeFile(join(folder, "victim"), "untouched");
});
afterEach(async () => {
  expect(await readFile(join(folder, "victim"), "utf8")).toBe("untouched");
  await rm(folder, { recursive: true });
});

describe("writeWhole", () => {
  test("a new file, and one in place of another, leaves nothing beside them", async () => {
    await writeWhole(path, "one");
    await writeWhole(path, "two");
    expect(await readFile(path, "utf8")).toBe("two");
    expect(await readdir(folder)).toEqual(["report", "victim"]);
  });

  test("a link is replaced, symbolic or hard; what it leads to is not written", async () => {
    await symlink("victim", path);
    await writeWhole(path, "one");
    await rm(path);
    await link(join(folder, "victim"), path);
    await writeWhole(path, "two");
    expect(await readFile(path, "utf8")).toBe("two");
  });

  test("links that wait under the names one would guess are not written through", async () => {
    const guesses = ["report.new", "report.part", "report.tmp", ".report", "report~"];
    for (const name of guesses) await symlink("victim", join(folder, name));
    await writeWhole(path, "one");
    expect((await readdir(folder)).toSorted()).toEqual([...guesses, "report", "victim"].toSorted());
  });

  test("many at once: one of them is there, whole", async () => {
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(texts.map((text) => writeWhole(path, text)));
    expect(texts).toContain(await readFile(path, "utf8"));
    expect(await readdir(folder)).toEqual(["report", "victim"]);
  });

  test("what can't be replaced is told, and nothing is left beside it", async () => {
    await mkdir(path);
    await expect(writeWhole(path, "one")).rejects.toThrow(/EISDIR|directory/);
    expect(await readdir(folder)).toEqual(["report", "victim"]);
  });
});

describe("faultOfPath", () => {
  test("an ordinary file up to its size, and a folder, have none", async () => {
    expect(await faultOfPath(join(folder, "victim"), "file", 9)).toBeUndefined();
    expect(await faultOfPath(folder, "folder")).toBeUndefined();
  });

  test("all else is told in words", async () => {
    await symlink("victim", path);
    execFileSync("mkfifo", [join(folder, "fifo")]);
    expect(await faultOfPath(path, "file")).toBe("is a link");
    expect(await faultOfPath(join(folder, "fifo"), "file")).toBe("is no ordinary file");
    expect(await faultOfPath(folder, "file")).toBe("is no ordinary file");
    expect(await faultOfPath("/dev/zero", "file")).toBe("is no ordinary file");
    expect(await faultOfPath(join(folder, "victim"), "folder")).toBe("is no folder");
    expect(await faultOfPath(join(folder, "victim"), "file", 8)).toBe("is larger than 8 bytes");
    expect(await faultOfPath(join(folder, "none"), "file")).toBe("is missing");
    expect(await faultOfPath(join(folder, "victim/none"), "file")).toBe("is missing");
    expect(await faultOfPath(join(folder, "n".repeat(300)), "file")).toBe(
      "cannot be read: name too long",
    );
  });
});

test("reasons are the system's words, without a path", () => {
  expect(reasonOf({ errno: -13 })).toBe("permission denied");
  expect(reasonOf(new Error("Words"))).toBe("Words");
  expect(reasonOf("words")).toBe("words");
});
