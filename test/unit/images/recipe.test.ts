import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRecipe } from "../../../harness/images/recipe.ts";
import type { ComposeBuild } from "../../../harness/scenario/compose-model.ts";

type Build = Partial<ComposeBuild>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recipe-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (build: Build) =>
  readRecipe("aftershock/x:1", { context: folder, ...build }, "/s/compose.yml, service api");
const dockerfile = (text: string) => writeFileSync(join(folder, "Dockerfile"), text);

test("a missing Dockerfile, context, target or file is the scenario's, with its place", async () => {
  await expect(read({})).rejects.toMatchObject({
    code: "DOCKERFILE_MISSING",
    exitCode: 65,
    message: `/s/compose.yml, service api: there is no Dockerfile ${folder}/Dockerfile.`,
  });
  await expect(read({ context: join(folder, "none") })).rejects.toMatchObject({
    code: "CONTEXT_MISSING",
    exitCode: 65,
  });
  await expect(
    read({ dockerfile_inline: "FROM a", additional_contexts: { more: join(folder, "none") } }),
  ).rejects.toMatchObject({ code: "CONTEXT_MISSING", exitCode: 65 });
  dockerfile("FROM a AS broken\n\nCOPY app/x.py \\\n  /srv/\nFROM broken AS fix\n");
  await expect(read({ target: "brokn" })).rejects.toMatchObject({
    code: "TARGET_MISSING",
    exitCode: 65,
    message: `/s/compose.yml, service api: ${folder}/Dockerfile has no target "brokn".`,
    hint: expect.stringMatching(/^Did you mean "broken"\? It has: broken, fix\./),
  });
  await expect(read({})).rejects.toMatchObject({
    code: "SOURCE_MISSING",
    exitCode: 65,
    message: `${folder}/Dockerfile:3: takes app/x.py from the build's context, and it is not there.`,
  });
});

test("what another target needs may be missing", async () => {
  dockerfile("FROM a AS broken\nFROM broken AS fix\nCOPY gone /\n");
  expect((await read({ target: "broken" })).contexts[0]?.entries).toEqual([]);
});

test("a file that .dockerignore leaves out is not there", async () => {
  dockerfile("FROM a\nCOPY x /\n");
  writeFileSync(join(folder, "x"), "");
  writeFileSync(join(folder, ".dockerignore"), "x\n");
  await expect(read({})).rejects.toMatchObject({ code: "SOURCE_MISSING" });
});

test("a target in a Dockerfile that isn't fully understood is found all the same", async () => {
  dockerfile("# syntax=docker/dockerfile:1\nFROM a AS one\nRUN <<E\nx \\\nE\nFROM a AS two\n");
  expect((await read({ target: "two" })).seen.images).toEqual(["a"]);
  await expect(read({ target: "three" })).rejects.toMatchObject({ code: "TARGET_MISSING" });
});

test("addresses as contexts are left to the builder", async () => {
  const { contexts, settings } = await read({ context: "https://example.org/x.git#main" });
  expect(contexts).toEqual([]);
  expect(settings["context"]).toBe("https://example.org/x.git#main");
});

test("an empty Dockerfile is told", async () => {
  dockerfile("# nothing\n");
  await expect(read({})).rejects.toMatchObject({ code: "DOCKERFILE_EMPTY", exitCode: 65 });
});

test("images that come as contexts are images that it stands on", async () => {
  mkdirSync(join(folder, "app"));
  dockerfile("FROM base\nCOPY app /\n");
  const recipe = await read({ additional_contexts: { base: "docker-image://python:3" } });
  expect(recipe.seen.images).toEqual(["python:3"]);
});

test.each<[string, (path: string) => void, string]>([
  ["a pipe", (path) => execFileSync("mkfifo", [path]), "is no ordinary file"],
  ["a device", (path) => symlinkSync("/dev/zero", path), "is a link"],
  ["a link to somebody else's", (path) => symlinkSync("/etc/passwd", path), "is a link"],
  ["a folder", (path) => mkdirSync(path), "is no ordinary file"],
  ["a book", (path) => writeFileSync(path, "#\n".repeat(600_000)), "is larger than 1048576 bytes"],
])("%s in the Dockerfile's place is told, and not read", async (_, make, fault) => {
  make(join(folder, "Dockerfile"));
  await expect(read({})).rejects.toMatchObject({
    code: "DOCKERFILE_UNREADABLE",
    exitCode: 65,
    message: `/s/compose.yml, service api: ${folder}/Dockerfile ${fault}.`,
  });
});

test.each([
  ["blank lines", `# syntax=x\n${"\n".repeat(200_000)}FROM a AS one\n`],
  ["places to take", `FROM a AS one\nCOPY ${"x ".repeat(60_000)}/\n`],
  ["stars", `FROM a AS one\nCOPY ${"*a".repeat(12)}b /\n`],
])("a Dockerfile of many %s is soon read", async (_, text) => {
  dockerfile(text);
  for (const name of ["x", "a".repeat(120)]) writeFileSync(join(folder, name), "");
  const began = performance.now();
  await read({ target: "one" });
  expect(performance.now() - began).toBeLessThan(5000);
});
