import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, test as base, vi } from "vitest";
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
afterAll(() => engine[Symbol.asyncDispose]());

/** Each with a folder for its run: they wait more than they do, and go side by side. */
const test = base.extend<{ out: string }>({
  // oxlint-disable-next-line no-empty-pattern -- a fixture tells by it what it needs
  out: async ({}, use) => {
    const out = mkdtempSync(join(import.meta.dirname, ".tmp-"));
    await use(out);
    await remove(engine.docker, await leftovers(out));
    rmSync(out, { recursive: true, force: true });
  },
}).concurrent;

/** A run whose second arm is this one, given back when that is under way. */
async function runBehind(path: string, out: string, arm = "waits-for-ever") {
  const env = { ...process.env, DOCKER_HOST: `unix://${path}`, AFTERSHOCK_ENGINE: "system" };
  const arms = ["--arm", "broken", "--arm", arm];
  const run = main(["run", folder, ...arms, "--jobs", "1", "--verbose", "--out", out], { env });
  let said = "";
  let over = false;
  void run.finally(() => (over = true));
  run.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const begun = () => said.includes(`${arm}: baseline`);
  await vi.waitUntil(() => begun() || over, { timeout: 60_000 });
  if (!begun()) throw new Error(said);
  return { run };
}

const socket = () => engine.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";

test("an engine that is gone costs the arms that need it: 69, reports, no stack", async ({
  out,
  expect,
}) => {
  using proxy = await startProxy(socket());
  const { run } = await runBehind(proxy.path, out);
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

test("the first Ctrl-C ends a run whose engine has fallen silent, within 10 s", async ({
  out,
  expect,
}) => {
  using proxy = await startProxy(socket());
  const { run } = await runBehind(proxy.path, out);
  proxy.freeze();
  const began = performance.now();
  run.kill("SIGINT");
  expect((await run).exitCode).toBe(130);
  expect(performance.now() - began).toBeLessThan(12_000);
});

test("an engine that stands still for 30 s makes a right fix no wrong one, and leaves nothing", async ({
  out,
  expect,
}) => {
  using proxy = await startProxy(socket());
  const { run } = await runBehind(proxy.path, out, "healthy");
  proxy.freeze();
  await setTimeout(30_000);
  proxy.thaw();
  const { exitCode, stdout } = await run;
  expect(stdout).toMatch(/broken +broken +reproduced/);
  expect(stdout).toMatch(/healthy +fixed +(fixed|inconclusive|environment)/);
  expect([0, 2, 69]).toContain(exitCode);
  expect(await leftovers(out)).toEqual([]);
});

test("one that is started anew costs the arm that ran, and is looked over at the end", async ({
  out,
  expect,
}) => {
  using proxy = await startProxy(socket());
  const { run } = await runBehind(proxy.path, out);
  proxy.cut();
  await proxy.mend();
  const { exitCode, stdout, stderr } = await run;
  expect(exitCode).toBe(69);
  expect(stdout).toMatch(/broken +broken +reproduced/);
  expect(stdout).toMatch(/waits-for-ever +fixed +environment/);
  expect(stderr).not.toMatch(/Nobody could look/);
  expect(await leftovers(out)).toEqual([]);
});

/** What a run has left on the engine itself. */
async function leftovers(out: string) {
  const { id } = JSON.parse(readFileSync(join(out, "latest/run.json"), "utf8"));
  return labelled(engine.docker, `${label.run}=${id}`);
}
