import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadScenario, loadScenarios } from "../../../harness/scenario/load.ts";

const example = resolve(import.meta.dirname, "../../fixtures/scenario/example");
let root = "";
beforeEach(async () => {
  // inside the repository: scenarios import "#scenario"
  root = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  await cp(example, join(root, "example"), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const places = () => ({ yours: new Map([["example", join(root, "example")]]), lab: new Map() });

/** Loads the example after replacing some text of one of its files. */
async function changed(file: string, from: string, to: string) {
  const path = join(root, "example", file);
  const text = await readFile(path, "utf8");
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
  return loadScenario(join(root, "example"));
}

test("a valid folder loads", async () => {
  const { definition } = await loadScenario(join(root, "example"));
  expect(definition.id).toBe("example");
});

describe("what is wrong is told with file and line", () => {
  test.each([
    ["scenario.ts", 'role: "fixed"', 'role: "mended"', /scenario\.ts:15: arms\.cured\.role: /],
    [
      "scenario.ts",
      'memory: "128 MiB"',
      'memory: "plenty"',
      /scenario\.ts:12: needs\.memory: .*size/,
    ],
    [
      "scenario.ts",
      'id: "example"',
      'id: "another"',
      /scenario\.ts:5: id "another" is not the folder's name/,
    ],
    ["scenario.ts", "export default", "nonsense ~~ export default", /scenario\.ts/],
  ])("%s: %s -> %s", async (file, from, to, message) => {
    await expect(changed(file, from, to)).rejects.toMatchObject({
      exitCode: 65,
      message: expect.stringMatching(message),
    });
  });

  test("a missing file", async () => {
    await rm(join(root, "example/compose.yml"));
    await expect(loadScenario(join(root, "example"))).rejects.toMatchObject({
      code: "SCENARIO_FILE_MISSING",
      message: expect.stringContaining("compose.yml"),
    });
  });
});

test("an unknown id is a usage error with a guess", async () => {
  await expect(loadScenarios(["exmaple"], places())).rejects.toMatchObject({
    exitCode: 64,
    hint: expect.stringContaining('Did you mean "example"?'),
  });
});

test("a name with a slash in it is a folder", async () => {
  const [scenario] = await loadScenarios([join(root, "example")]);
  expect(scenario).toMatchObject({ definition: { id: "example" }, folder: join(root, "example") });
});

test("one folder named twice, and also by its id, is one scenario", async () => {
  const folder = join(root, "example");
  expect(await loadScenarios([folder, "example", `${folder}/`], places())).toHaveLength(1);
});

test("two scenarios of one id are a usage error", async () => {
  await cp(example, join(root, "other/example"), { recursive: true });
  await expect(
    loadScenarios(["example", join(root, "other/example")], places()),
  ).rejects.toMatchObject({
    code: "SAME_ID",
    message: expect.stringMatching(/example and .*other.example are both "example"/),
  });
});

test("one dot or two are folders, as in a shell", async () => {
  const here = process.cwd();
  try {
    process.chdir(join(root, "example"));
    expect((await loadScenarios(["."])).map(({ folder }) => folder)).toEqual([
      join(root, "example"),
    ]);
    await mkdir("below");
    process.chdir("below");
    expect((await loadScenarios([".."])).map(({ folder }) => folder)).toEqual([
      join(root, "example"),
    ]);
  } finally {
    process.chdir(here);
  }
});

test("a backslash in the path, of which Node loads nothing, is told with the way out", async () => {
  const folder = join(root, "a\\b", "example");
  await cp(example, folder, { recursive: true });
  await expect(loadScenario(folder)).rejects.toMatchObject({
    code: "SCENARIO_NOT_LOADED",
    exitCode: 65,
    message: expect.stringMatching(/a\\b\/example: its path has a "\\" in it/),
    hint: expect.stringMatching(/^Rename/),
  });
});
