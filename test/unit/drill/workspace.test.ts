import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readDrillYml } from "../../../harness/drill/load.ts";
import { writePatch } from "../../../harness/drill/patch.ts";
import { fixOfWorkspace, type Workspace } from "../../../harness/drill/workspace.ts";
import { loadScenario } from "../../../harness/scenario/load.ts";
import { withFix } from "../../../harness/scenario/with-fix.ts";

const scenarioFolder = join(import.meta.dirname, "../../fixtures/scenario/tally");
const { definition } = await loadScenario(scenarioFolder);
const { definition: drill } = await readDrillYml(scenarioFolder);

let folder = "";
let workspace: Workspace;
beforeEach(async () => {
  folder = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  workspace = { folder: join(folder, "workspace"), before: join(folder, "before"), drill: drill! };
  await mkdir(join(workspace.before, "code/lib"), { recursive: true });
  await writeFile(join(workspace.before, "code/tally.py"), "one\n");
  await writeFile(join(workspace.before, "code/lib/with $HOME.py"), "two\n");
  await cp(workspace.before, workspace.folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (path: string) => join(workspace.folder, path);
const read = () => fixOfWorkspace(workspace, definition);
const dockerfile = async () => {
  const service = { image: "the-broken-one" };
  const fix = await read();
  const { services } = withFix({ services: { box: service } } as never, fix, "tally");
  return services["box"]!.build!.dockerfile_inline;
};

test("as it was handed out it is no fix", async () => {
  await expect(read()).rejects.toMatchObject({ code: "FIX_INVALID", exitCode: 64 });
});

test("what is new or changed is laid over the place, and nothing else", async () => {
  await writeFile(at("code/tally.py"), "changed\n");
  await writeFile(at("code/new.py"), "new\n");
  const { places } = await read();
  expect(places).toMatchObject([
    { name: "app", at: "/app", files: ["new.py", "tally.py"], removed: [] },
  ]);
});

test("that a file can be run is a change", async () => {
  await chmod(at("code/tally.py"), 0o755);
  expect((await read()).places).toMatchObject([{ files: ["tally.py"] }]);
});

test("what was deleted is deleted in the place, whatever it is called", async () => {
  await rm(at("code/lib"), { recursive: true });
  expect(await dockerfile()).toContain('RUN ["rm","-rf","--","/app/lib/with $HOME.py"]');
});

test("of an emptied workspace everything is taken away", async () => {
  await rm(workspace.folder, { recursive: true });
  const { places } = await read();
  expect(places).toMatchObject([{ files: [], removed: ["lib/with $HOME.py", "tally.py"] }]);
});

test("a Dockerfile of its own stands on what is left", async () => {
  await writeFile(at("code/Dockerfile"), "FROM broken\nRUN true\n");
  await rm(at("code/tally.py"));
  expect(await dockerfile()).toBe(
    'FROM the-broken-one AS broken\nUSER 0\nRUN ["rm","-rf","--","/app/tally.py"]\nFROM broken\nRUN true\n\n',
  );
});

test("settings are those of the drill", async () => {
  await writeFile(at("fix.yml"), "settings: { KEPT: 1 }\n");
  expect(await read()).toMatchObject({ settings: { KEPT: "1" }, places: [] });
  await writeFile(at("fix.yml"), "settings: { MEMORY: 1 }\n");
  await expect(read()).rejects.toMatchObject({ code: "FIX_INVALID" });
});

test("links are refused: they may lead anywhere", async () => {
  await symlink("/etc/passwd", at("code/passwd"));
  await expect(read()).rejects.toThrow(/passwd.*no ordinary file/);
});

test("many files that are gone fit into lines that a builder takes", async () => {
  const names = Array.from({ length: 2000 }, (_, i) => `a-name-that-is-rather-long-${i}.py`);
  for (const name of names) await writeFile(join(workspace.before, "code", name), "");
  const lines = (await dockerfile())!.split("\n").filter((line) => line.startsWith("RUN"));
  expect(lines.length).toBeGreaterThan(1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60_000);
  expect(lines.join("")).toContain(names.at(-1));
});

test("what was changed is kept as a patch that gives the same again", async () => {
  await writeFile(at("code/tally.py"), "changed\n");
  await rm(at("code/lib"), { recursive: true });
  const file = join(folder, "fix.patch");
  expect(await writePatch(workspace, file)).toBe(true);
  const patch = await readFile(file, "utf8");
  expect(patch).toContain("-one\n+changed\n");
  expect(patch).toContain("-two\n");
});
