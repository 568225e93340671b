import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { scratch } from "../../../harness/engine/scratch.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "scratch-"));
});
afterEach(() => rmSync(parent, { recursive: true }));

it("is there for the work, and gone after it", async () => {
  let path: string;
  {
    await using folder = await scratch(parent, "work");
    path = folder.path;
    expect(existsSync(path)).toBe(true);
  }
  expect(existsSync(path)).toBe(false);
});

it("takes away what a dead process left, and nothing else", async () => {
  const dead = execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }).trim();
  const names = [`.work-${dead}-abcdef`, `.work-${process.pid}-abcdef`, `.work-${dead}`, "engine"];
  for (const name of names) mkdirSync(join(parent, name));
  await using _folder = await scratch(parent, "work");
  expect(names.filter((name) => existsSync(join(parent, name)))).toEqual(names.slice(1));
});

it.runIf(existsSync("/proc/self"))("is refused where no folder can ever be made", async () => {
  await expect(scratch("/proc/a/b", "work")).rejects.toThrow(
    expect.objectContaining({ code: "CACHE_UNUSABLE", exitCode: 69 }),
  );
});
