import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageRoot } from "../../../harness/package.ts";
import { silent } from "../../../harness/progress.ts";
import { composeWithoutEngine } from "../../../harness/engine/compose.ts";
import { resolveCompose } from "../../../harness/scenario/compose-model.ts";
import { examine } from "../../../harness/scenario/examine.ts";
import { loadScenario } from "../../../harness/scenario/load.ts";
import { newScenario } from "../../../harness/scenario/new.ts";

const ours = join(packageRoot, "harness/scenario/index.ts");
const here = process.cwd();
let project = "";
beforeEach(async () => {
  project = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
  process.chdir(project);
});
afterEach(async () => {
  process.chdir(here);
  await rm(project, { recursive: true });
});

test("six files at most, under the name that was given", async () => {
  const { folder, files } = await newScenario("march");
  expect(folder).toBe(join(project, "incidents/march"));
  expect(files.length).toBeLessThanOrEqual(6);
  for (const file of files)
    expect(await readFile(join(folder, file), "utf8")).not.toMatch(/template/);
  expect(await readFile(join(folder, "scenario.ts"), "utf8")).toMatch(/id: "march"/);
});

test("what is there is not written over", async () => {
  await mkdir("incidents/march", { recursive: true });
  await writeFile("incidents/march/scenario.ts", "mine");
  await expect(newScenario("march")).rejects.toMatchObject({ code: "FOLDER_TAKEN", exitCode: 64 });
  expect(await readFile("incidents/march/scenario.ts", "utf8")).toBe("mine");
});

test.each(["", "..", "../march", "March", "a/b", "-x"])("%j is no id", async (id) => {
  await expect(newScenario(id)).rejects.toMatchObject({ code: "BAD_ID", exitCode: 64 });
});

test("in a project of CommonJS its name says that it is a module", async () => {
  await writeFile("package.json", '{ "type": "commonjs" }');
  expect((await newScenario("march")).files).toContain("scenario.mts");
});

test("of a compose file: valid, with what was left out", async () => {
  await mkdir("web");
  await writeFile("web/Dockerfile", "FROM node:24\n");
  await writeFile("compose.yml", shop);
  const { folder, files, notes } = await newScenario("march", { from: "compose.yml" });
  expect(files.toSorted()).toEqual(["README.md", "compose.yml", "scenario.ts"]);
  expect(notes).toEqual([
    "db: ports",
    "web: container_name",
    "web: ports",
    "web: volume ./web:/src",
  ]);
  const code = await readFile(join(folder, "scenario.ts"), "utf8");
  expect(code).toContain("http://web:3000/");
  await writeFile(join(folder, "scenario.ts"), code.replace("aftershock/scenario", ours));

  const compose = await composeWithoutEngine({ progress: silent });
  const arms = await examine(await loadScenario(folder), (variables) =>
    resolveCompose(compose, { folder, profile: "march", variables }),
  );
  const { web, db } = arms.find(({ name }) => name === "broken")!.compose.services;
  expect(web?.environment).toEqual({ DATABASE_URL: "postgres://db", FIX: "no", FAULT: "yes" });
  expect(web?.build?.context).toBe(join(project, "web"));
  expect(db?.["volumes"]).toMatchObject([{ type: "volume", source: "data" }]);
});

test.each([
  ["services: [", /is no YAML/],
  ["services: {}", /names no service/],
])("a compose file that says nothing is told: %s", async (text, message) => {
  await writeFile("compose.yml", text);
  await expect(newScenario("march", { from: "compose.yml" })).rejects.toThrow(message);
  await expect(newScenario("march", { from: "other.yml" })).rejects.toThrow(
    /other\.yml cannot be read/,
  );
});

const shop = `services:
  db:
    image: postgres:17
    restart: always
    ports: ["5432:5432"]
    environment: [POSTGRES_PASSWORD=x]
    volumes: [data:/var/lib/postgresql/data]
  web:
    build: ./web
    container_name: web
    ports: ["8080:3000"]
    environment: { DATABASE_URL: "postgres://db" }
    depends_on: [db]
    volumes: ["./web:/src"]
volumes: { data: {} }
`;
