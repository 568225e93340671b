import { execa } from "execa";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const options = { cwd: root, preferLocal: true, reject: false, all: true } as const;

test.each([
  ["types", "tsc", ["--project", "."]],
  ["lint", "oxlint", ["--type-aware", "--deny-warnings"]],
  ["format", "oxfmt", ["--check", "."]],
  ["unused code and packages", "knip", ["--no-progress"]],
])("%s", { timeout: 180_000 }, async (_, command, args) => {
  const { all, exitCode } = await execa(command, args, options);
  expect(exitCode, all).toBe(0);
});

test("no file names a package registry of this machine", async () => {
  const { stdout: apt } = await execa(
    "apt-get",
    ["indextargets", "--format", "$(SITE)", "Created-By: Packages"],
    { reject: false },
  );
  const { stdout: npm } = await execa("npm", ["config", "get", "registry"], { reject: false });
  const hosts = new Set(
    [...(apt ?? "").split("\n"), npm ?? ""].flatMap(
      (url) => /^\w+:\/\/([^/:]+)/.exec(url)?.[1] ?? [],
    ),
  );
  for (const host of hosts) {
    const { stdout } = await execa("git", ["grep", "-n", "-I", "-F", host], { ...options });
    expect(stdout, `a registry's host stands in the tree`).toBe("");
  }
});
