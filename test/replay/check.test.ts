import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Verdict } from "../../harness/index.ts";
import { main } from "../process/command.ts";

// Fixes of somebody's own, each a folder or a patch, by the verb that learners and CI call.

const scenario = join(import.meta.dirname, "../fixtures/scenario/tally");
const app = readFileSync(join(scenario, "tally.py"), "utf8");
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(import.meta.dirname, ".tmp-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes a fix's files, and has it judged. */
async function check(name: string, files: Readonly<Record<string, string>>, ...flags: string[]) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), text);
  }
  return main([
    "check",
    scenario,
    "--dir",
    join(folder, name),
    "--out",
    join(folder, "runs"),
    ...flags,
  ]);
}

const patch = `--- a/tally.py
+++ b/tally.py
@@ -8,3 +8,4 @@
     def do_GET(self):
-        kept.append("x" * int(os.environ["KEPT"]))
+        kept.append(None)
+        del kept[:-1000]
         self.send_response(200)
`;

test("right ones are fixed, of whatever kind: files, a patch, a setting, a start command, an image", async () => {
  const fixes = {
    "other-code": { "app/tally.py": app.replace('"x" * int(os.environ["KEPT"])', "None") },
    patched: { "app/less.patch": patch },
    setting: { "fix.yml": "settings: { KEPT: 1 }" },
    started: { "fix.yml": "services: { box: { environment: { KEPT: 1 } } }" },
    image: {
      "app/Dockerfile": "FROM broken\nENV UNUSED=1\nRUN sed -i 's/\"x\" \\*/0 */' /app/tally.py",
    },
  };
  for (const [name, files] of Object.entries(fixes)) {
    const { exitCode, stdout, stderr } = await check(name, files);
    expect(stdout + stderr).toContain(`tally, ${name}: fixed`);
    expect(exitCode).toBe(0);
  }
}, 120_000);

test("a patch by itself needs no folder", async () => {
  await writeFile(join(folder, "less.patch"), patch);
  const args = ["--patch", join(folder, "less.patch"), "--out", join(folder, "runs")];
  expect(await main(["check", scenario, ...args])).toMatchObject({ exitCode: 0 });
});

test.each([
  ["half a cure", app.replace('os.environ["KEPT"]', '"100000"'), /NO {2}Memory rises by 5 MiB/],
  ["none of the job", "import time\ntime.sleep(600)", /The job is not done.*the tally answers/s],
  ["code that does not parse", "this is no Python", /The job is not done/],
])("%s is not fixed, and is told why", async (name, code, why) => {
  const { exitCode, stdout } = await check(name.replaceAll(" ", "-"), { "app/tally.py": code });
  expect(stdout).toMatch(why);
  expect(stdout).toMatch(/: not fixed,/);
  expect(exitCode).toBe(1);
});

test("what keeps the others from coming up is the fix's own, with its last words", async () => {
  const command = JSON.stringify(["sh", "-c", "echo torn >&2; exit 3"]);
  const fix = { "fix.yml": `services: { before: { command: ${command} } }` };
  const { exitCode, stdout } = await check("torn", fix);
  expect(stdout).toMatch(/^before ended with 3\. It said last:\ntorn\n/m);
  expect(stdout).toMatch(/^The job is not done\. before ended with 3$/m);
  expect(exitCode).toBe(1);
});

test("the broken arm is played once, and kept for who comes later", async () => {
  const fix = { "fix.yml": "settings: { KEPT: 1 }" };
  const played = await check("played", fix, "--fresh");
  expect(played).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining("Kept from") });
  const held = await check("held", fix, "--json");
  expect(held.exitCode).toBe(0);
  const { arms } = (JSON.parse(held.stdout) as Verdict).scenarios[0]!;
  const [broken, yours] = arms;
  expect(broken).toMatchObject({
    verdict: "reproduced",
    notes: [expect.stringMatching(/^Kept from/)],
  });
  expect(yours).toMatchObject({ name: "yours", notes: [] });
  const again = await main([
    "recheck",
    join(folder, "runs/latest"),
    "--scenario",
    scenario,
    "--json",
  ]);
  expect(again.exitCode).toBe(0);
  expect((JSON.parse(again.stdout) as Verdict).scenarios[0]!.arms[0]!.notes).toEqual(broken!.notes);
});

test("a fix that does not build is not fixed, and the build's words are told", async () => {
  const { exitCode, stdout } = await check("no-build", {
    "app/Dockerfile": "FROM broken\nRUN echo here it fails && exit 3\n",
  });
  expect(stdout).toMatch(/could not be built.*exit code: 3/s);
  expect(exitCode).toBe(1);
});
