import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot as root } from "../../harness/package.ts";
import { layInto, packInto } from "../support/packed.ts";

// The package as `npm pack` makes it, in the project that docs/your-own-incident.md grows from nothing.

let home = "";
let project = "";
let tarball = "";
beforeAll(async () => {
  home = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  project = join(home, "shop");
  await mkdir(project);
  tarball = await packInto(home);
  await layInto(project, tarball);
}, 120_000);
afterAll(() => rm(home, { recursive: true, force: true }));

const bin = (name: string, ...args: readonly string[]) =>
  execa(join(root, "node_modules/.bin", name), args, { cwd: home, all: true, reject: false });

test("publint and arethetypeswrong have nothing to say", async () => {
  const [lint, types] = await Promise.all([
    bin("publint", "run", "--strict", tarball),
    bin("attw", tarball, "--profile", "esm-only", "--no-color"),
  ]);
  expect(lint.all).toContain("All good!");
  expect(types.exitCode, types.all).toBe(0);
});

test("what a run needs is in it, and no tests", async () => {
  const folder = join(project, "node_modules/aftershock");
  const files = await readdir(folder, { recursive: true });
  expect(files.filter((path) => /^(test|packaging|examples|docs\/example-run)/.test(path))).toEqual(
    [],
  );
  expect(files.filter((path) => /^(dist|harness)\/.*(?<!\.d)\.ts$/.test(path))).toEqual([]);
  const { stdout } = await execa("git", ["ls-files", "scenarios", "images", "template"], {
    cwd: root,
  });
  expect(stdout.split("\n").filter((path) => !files.includes(path))).toEqual([]);
});

// oxlint-disable-next-line vitest/expect-expect -- each command expects its exit code
test("the guide, from an empty folder to a guard", { timeout: 600_000 }, async () => {
  const guide = await readFile(join(root, "docs/your-own-incident.md"), "utf8");
  for (const [, name, language, text] of guide.matchAll(
    /(?:\*\*(.+)\*\*\n\n)?```(\w*)\n([^]*?)```/g,
  )) {
    if (name !== undefined) await laid(name, text!);
    else if (language === "sh") for (const line of text!.trim().split("\n")) await typed(line);
  }
});

/** A file of the guide; it is the one of the example repository, too, where that has it. */
async function laid(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(project, name)), { recursive: true });
  await writeFile(join(project, name), text);
  const example = join(root, "examples/shop", name);
  if (existsSync(example)) expect(text, name).toBe(await readFile(example, "utf8"));
}

/** A command of the guide ends as the guide says; what installs the package was done before. */
async function typed(line: string): Promise<void> {
  if (line.startsWith("npm i ")) return;
  const [, command = "", code = 0] = /^(.*?)(?: # exits with (\d+))?$/.exec(line)!;
  const done = await execa(command, { cwd: project, shell: true, all: true, reject: false });
  expect(done.exitCode, `${command}\n${done.all}`).toBe(Number(code));
}
