import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { plan } from "../../../harness/replay/plan.ts";
import { codeOf, differenceOf, traced } from "../../../harness/replay/provenance.ts";
import { loadScenarios } from "../../../harness/scenario/load.ts";

let clone: string;
let folder: string;
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "clone-"));
  folder = join(clone, "scenarios/it");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "scenario.ts"), "");
});
afterEach(() => rmSync(clone, { recursive: true }));

const git = (...args: readonly string[]) =>
  execa("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], { cwd: clone });

async function originHere() {
  const [scenario] = await loadScenarios(["boto-close"]);
  const [job] = plan([{ ...scenario!, folder }], { arms: ["broken"] });
  const parts = { networks: {}, volumes: {}, secrets: {}, configs: {}, text: "" };
  const build = { context: join(clone, "images/a") };
  const [one] = await traced([{ ...job!, model: { services: { a: { build } }, ...parts } }]);
  return one!.origin;
}

test("tells the commit and whether the tree is as committed; null outside of a repository", async () => {
  expect(await originHere()).toMatchObject({ commit: null, clean: null });
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "first");
  const { stdout: commit } = await git("rev-parse", "HEAD");
  expect(await originHere()).toMatchObject({ commit, clean: true });
  writeFileSync(join(clone, "more"), "");
  expect(await originHere()).toMatchObject({ commit, clean: false });
});

test("a repository or none, the configuration is the same: its paths are seen from the scenario", async () => {
  const { configuration } = await originHere();
  await git("init", "--quiet");
  await git("commit", "--quiet", "--allow-empty", "-m", "first");
  expect((await originHere()).configuration).toBe(configuration);
});

test("says when the judge's code is not the code that ran", async () => {
  const ran = await codeOf(folder);
  expect(ran.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(differenceOf(ran, await codeOf(folder))).toBeUndefined();
  writeFileSync(join(folder, "scenario.ts"), "judge = other");
  const judges = { ...(await codeOf(folder)), version: "9.0.0" };
  expect(differenceOf(ran, judges)).toBe(
    `Judged by other code than ran: version ${ran.version} ran, 9.0.0 judges; the scenario's folder has changed since.`,
  );
});
