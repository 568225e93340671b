import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { labFolder, newPlaceFor, placesFrom } from "../../../harness/scenario/places.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "places-"));
  await laid("package.json", "{}");
});
afterEach(() => rm(root, { recursive: true }));

async function laid(path: string, text = "") {
  await mkdir(join(root, path, ".."), { recursive: true });
  await writeFile(join(root, path), text);
}

const yours = (from = "") => [...placesFrom(join(root, from)).yours];

test("a project's own are found from any folder in it, also from a package within", async () => {
  await laid("incidents/march/scenario.ts");
  await laid("incidents/april/scenario.mts");
  await laid("incidents/march/app/package.json", "{}");
  await laid("incidents/notes/README.md");
  const both = [
    ["april", join(root, "incidents/april")],
    ["march", join(root, "incidents/march")],
  ];
  expect(yours()).toEqual(both);
  expect(yours("incidents/march/app")).toEqual(both);
});

test("package.json says where else they are", async () => {
  const scenarios = ["services/*/incidents/*", "./past/may"];
  await laid("package.json", JSON.stringify({ aftershock: { scenarios } }));
  await laid("services/shop/incidents/march/scenario.ts");
  await laid("services/node_modules/incidents/june/scenario.ts");
  await laid("past/may/scenario.js");
  await laid("incidents/april/scenario.ts");
  expect(yours().map(([id]) => id)).toEqual(["march", "may"]);
});

test("nothing is looked for beyond the repository", async () => {
  await laid("incidents/march/scenario.ts");
  await laid("inner/.git/HEAD");
  await laid("inner/package.json", "{}");
  expect(yours("inner")).toEqual([]);
});

test.each([
  ['{ "aftershock": { "scenarios": "incidents" } }', /is no list of folders/],
  ["{", /package\.json: is no JSON/],
])("a package.json that says it wrongly is told: %s", async (text, message) => {
  await laid("package.json", text);
  expect(() => placesFrom(root)).toThrow(message);
});

test("two of one id are told, with both folders", async () => {
  const scenarios = ["a/*", "b/*"];
  await laid("package.json", JSON.stringify({ aftershock: { scenarios } }));
  for (const at of ["a", "b"]) await laid(`${at}/march/scenario.ts`);
  expect(() => placesFrom(root)).toThrow(/a\/march and .*b\/march are both "march"/);
});

test("the lab's own are known everywhere", () => {
  expect(placesFrom(root).lab.get("boto-close")).toBe(join(labFolder, "boto-close"));
});

test("a new one goes where the project has them", async () => {
  expect(newPlaceFor("march", join(root))).toBe(join(root, "incidents/march"));
  const scenarios = ["services/*/incidents/*", "past/*"];
  await laid("package.json", JSON.stringify({ aftershock: { scenarios } }));
  expect(newPlaceFor("march", root)).toBe(join(root, "past/march"));
});
