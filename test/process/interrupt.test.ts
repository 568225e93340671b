import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { acquireEngine } from "../../harness/engine/index.ts";
import { labelled } from "../../harness/lifecycle/sweep.ts";
import { silent } from "../../harness/progress.ts";
import { main } from "./command.ts";

// The engine is held by the test, so that what a dying run leaves can be seen on it.

const engine = await acquireEngine({ progress: silent });
const out = await mkdtemp(join(import.meta.dirname, ".tmp-"));
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(out, { recursive: true, force: true });
});

/** A run of one arm, given back when its first phase has begun. */
async function runUntilBaseline(env: Readonly<Record<string, string>> = {}) {
  const run = main(["run", "cron-pileup", "--arm", "broken", "--verbose", "--out", out], { env });
  let said = "";
  let over = false;
  void run.finally(() => (over = true));
  run.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitUntil(() => /baseline/.test(said) || over, { timeout: 60_000 });
  expect(said).toMatch(/baseline/);
  return { run, said: () => said };
}

const ours = async (run: string) =>
  (await labelled(engine.docker)).filter((thing) => thing.run === run).map(({ name }) => name);
const latest = async () => JSON.parse(await readFile(join(out, "latest/run.json"), "utf8"));

describe.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s", (signal, code) => {
  test("takes all down in order, marks the run, and it rechecks as inconclusive", async () => {
    const { run } = await runUntilBaseline();
    run.kill(signal);
    expect((await run).exitCode).toBe(code);
    const { id, status, leftovers } = await latest();
    expect({ status, leftovers }).toEqual({ status: "interrupted", leftovers: [] });
    expect(await ours(id)).toEqual([]);
    const { exitCode, stdout } = await main(["recheck", join(out, "latest")]);
    expect(stdout).toMatch(/inconclusive/);
    expect(exitCode).toBe(2);
  });
});

describe("before its first arm", () => {
  const scenario = join(import.meta.dirname, "../fixtures/scenario/tally");
  const fix = join(out, "fix");
  beforeAll(async () => {
    await mkdir(fix);
    await writeFile(join(fix, "fix.yml"), "settings: { KEPT: 1 }");
  });
  test.each([
    ["run", [scenario]],
    ["check", [scenario, "--dir", fix]],
  ])("%s ends with the signal's code, and has no stack to show", async (verb, args) => {
    const silent = createServer().listen(join(out, `${verb}.sock`));
    const asked = once(silent, "connection");
    const env = { DOCKER_HOST: `unix://${join(out, `${verb}.sock`)}`, AFTERSHOCK_ENGINE: "system" };
    const started = main([verb, ...args, "--out", out], { env });
    const first = await Promise.race([asked, started]);
    expect(first).not.toHaveProperty("stderr");
    started.kill("SIGINT");
    const { exitCode, stderr } = await started;
    expect(stderr).not.toMatch(/internal error/);
    expect(exitCode).toBe(130);
    (first as [Socket])[0].destroy();
    silent.close();
  });
});

test("a second SIGINT ends at once, and the watchdog still removes everything", async () => {
  const { run } = await runUntilBaseline();
  run.kill("SIGINT");
  await sleep(500); // sooner it would be the same key press
  run.kill("SIGINT");
  expect((await run).exitCode).toBe(130);
  const { id } = await latest();
  await vi.waitFor(async () => expect(await ours(id)).toEqual([]), {
    timeout: 10_000,
    interval: 100,
  });
});

test("after kill -9 nothing labelled is left within 10 s", async () => {
  const { run } = await runUntilBaseline();
  const { id } = await latest();
  expect(await ours(id)).not.toEqual([]);
  run.kill("SIGKILL");
  await run;
  await vi.waitFor(async () => expect(await ours(id)).toEqual([]), {
    timeout: 10_000,
    interval: 100,
  });
  expect((await latest()).status).toBe("running");
  const { exitCode, stdout } = await main(["recheck", join(out, "latest")]);
  expect(stdout).toMatch(/inconclusive/);
  expect(exitCode).toBe(2);
});

test.each([
  ["a promise that is rejected and nobody waits for", "Promise.reject(new Error('late'))", /late/],
  ["a scenario that calls process.exit", "process.exit(0)", /called process\.exit/],
])("%s: all is taken down in order, reports are made, 70", async (_, code, told) => {
  const onSignal = `data:text/javascript,process.on('SIGUSR2',()=>{${encodeURIComponent(code)}})`;
  const { run, said } = await runUntilBaseline({ NODE_OPTIONS: `--import=${onSignal}` });
  run.kill("SIGUSR2");
  expect((await run).exitCode).toBe(70);
  expect(said()).toMatch(told);
  const { id, status, leftovers } = await latest();
  expect({ status, leftovers }).toEqual({ status: "interrupted", leftovers: [] });
  expect(await ours(id)).toEqual([]);
  expect(await readFile(join(out, "latest/summary.md"), "utf8")).toMatch(/inconclusive/);
});
