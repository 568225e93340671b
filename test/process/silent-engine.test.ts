import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { acquireEngine } from "../../harness/engine/index.ts";
import { label } from "../../harness/lifecycle/labels.ts";
import { labelled, remove } from "../../harness/lifecycle/sweep.ts";
import { silent } from "../../harness/progress.ts";
import { startProxy } from "../support/proxy.ts";
import { main } from "./command.ts";

// The engine goes, or falls silent, in the middle of a run: by way of a proxy, so that what is left
// on it can be seen, and removed, by this test.

const engine = await acquireEngine({ progress: silent });
const folder = join(import.meta.dirname, "../fixtures/scenario/misbehave");
const out = mkdtempSync(join(import.meta.dirname, ".tmp-"));
const latest = (name: string) => readFileSync(join(out, "latest", name), "utf8");
afterAll(async () => {
  const { id } = JSON.parse(latest("run.json"));
  await remove(engine.docker, await labelled(engine.docker, `${label.run}=${id}`));
  await engine[Symbol.asyncDispose]();
  rmSync(out, { recursive: true, force: true });
});

/** A run whose second arm is this one, given back when that is under way. */
async function runBehind(path: string, arm = "waits-for-ever") {
  const env = { ...process.env, DOCKER_HOST: `unix://${path}`, AFTERSHOCK_ENGINE: "system" };
  const arms = ["--arm", "broken", "--arm", arm];
  const run = main(["run", folder, ...arms, "--jobs", "1", "--verbose", "--out", out], { env });
  let said = "";
  let over = false;
  void run.finally(() => (over = true));
  run.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const begun = () => said.includes(`${arm}: baseline`);
  await vi.waitUntil(() => begun() || over, { timeout: 60_000 });
  expect(begun(), said).toBe(true);
  return { run };
}

const socket = () => engine.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";

test("an engine that is gone costs the arms that need it: 69, reports, no stack", async () => {
  using proxy = await startProxy(socket());
  const { run } = await runBehind(proxy.path);
  proxy.cut();
  const { exitCode, stdout, stderr } = await run;
  expect(exitCode).toBe(69);
  expect(stdout).toMatch(/broken +broken +reproduced/);
  expect(stdout).toMatch(/waits-for-ever +fixed +environment/);
  expect(stderr).toMatch(/Nobody could look for what was left behind/);
  expect(stdout + stderr).not.toMatch(/\n\s+at /);
  for (const report of ["report.html", "verdict.json", "junit.xml", "summary.md"])
    expect(existsSync(join(out, "latest", report))).toBe(true);
});

test("the first Ctrl-C ends a run whose engine has fallen silent, within 10 s", async () => {
  using proxy = await startProxy(socket());
  const { run } = await runBehind(proxy.path);
  proxy.freeze();
  const began = performance.now();
  run.kill("SIGINT");
  expect((await run).exitCode).toBe(130);
  expect(performance.now() - began).toBeLessThan(12_000);
});

test("an engine that stands still for 30 s makes a right fix no wrong one, and leaves nothing", async () => {
  using proxy = await startProxy(socket());
  const { run } = await runBehind(proxy.path, "healthy");
  proxy.freeze();
  await setTimeout(30_000);
  proxy.thaw();
  const { exitCode, stdout } = await run;
  expect(stdout).toMatch(/broken +broken +reproduced/);
  expect(stdout).toMatch(/healthy +fixed +(fixed|inconclusive|environment)/);
  expect([0, 2, 69]).toContain(exitCode);
  expect(await leftovers()).toEqual([]);
});

test("one that is started anew costs the arm that ran, and is looked over at the end", async () => {
  using proxy = await startProxy(socket());
  const { run } = await runBehind(proxy.path);
  proxy.cut();
  await proxy.mend();
  const { exitCode, stdout, stderr } = await run;
  expect(exitCode).toBe(69);
  expect(stdout).toMatch(/broken +broken +reproduced/);
  expect(stdout).toMatch(/waits-for-ever +fixed +environment/);
  expect(stderr).not.toMatch(/Nobody could look/);
  expect(await leftovers()).toEqual([]);
});

/** What the newest run has left on the engine itself. */
async function leftovers() {
  const { id } = JSON.parse(latest("run.json"));
  return labelled(engine.docker, `${label.run}=${id}`);
}
