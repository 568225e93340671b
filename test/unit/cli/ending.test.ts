import { openSync, closeSync } from "node:fs";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../../process/command.ts";
import { smallRun } from "../../support/example-folder.ts";

// 1 means that a claim failed, and nothing else, whatever a scenario or an output does.

let root: string;
let run: string;
beforeAll(async () => {
  root = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  run = join(root, "run");
  await smallRun(run);
});
afterAll(() => rm(root, { recursive: true }));

describe("a scenario.ts that misbehaves as it is loaded", () => {
  const fixture = resolve(import.meta.dirname, "../../fixtures/scenario/example");
  const wait = "await new Promise((done) => setTimeout(done, 500));";
  let folders = 0;

  async function show(line: string) {
    const folder = join(root, String((folders += 1)), "example");
    await cp(fixture, folder, { recursive: true });
    await appendFile(join(folder, "scenario.ts"), line);
    return main(["show", folder], { timeout: 20_000 });
  }

  test.each([
    ["leaves a promise that is rejected", "void Promise.reject(new Error('later'));", /later/],
    ["throws when nobody listens", `setTimeout(() => { throw 7; }, 1); ${wait}`, /7/],
    ["exits with 0", "process.exit(0);", /ends the process/],
    ["exits with 1", "process.exit(1);", /ends the process/],
    ["exits a little later", `setTimeout(() => process.exit(0), 1); ${wait}`, /process/],
  ])("%s", async (_, line, told) => {
    const { exitCode, stdout, stderr } = await show(line);
    expect(stderr).toMatch(told);
    // The scenario's fault where it is seen as such, else a fault of the process.
    expect([65, 70]).toContain(exitCode);
    expect(stdout).toBe("");
  });

  test.each([
    ["sets an exit code", "process.exitCode = 1;"],
    ["sets an exit code at the last moment", "process.on('exit', () => (process.exitCode = 1));"],
    ["leaves a timer that never ends", "setInterval(() => {}, 1000);"],
  ])("%s: the verb alone decides how it ends", async (_, line) => {
    const { exitCode, stdout, timedOut } = await show(line);
    expect(stdout).toMatch(/^example: /);
    expect({ exitCode, timedOut }).toEqual({ exitCode: 0, timedOut: false });
  });
});

describe("an output that cannot be written", () => {
  /** Runs a verb with one stream on a device that is always full. */
  async function full(stream: "stdout" | "stderr", ...args: readonly string[]) {
    const device = openSync("/dev/full", "w");
    try {
      const fd = device as 1; // execa's types know three descriptors only
      return await main(args, stream === "stdout" ? { stdout: fd } : { stderr: fd });
    } finally {
      closeSync(device);
    }
  }
  const lost = /standard output could not be written: no space left on device/;

  test("the verdict's code stays, and the other stream tells", async () => {
    const { exitCode, stderr } = await full("stdout", "recheck", run);
    expect(stderr).toMatch(lost);
    expect(exitCode).toBe(0);
  });

  test("where the output is what was asked for: 69", async () => {
    for (const args of [["recheck", run, "--json"], ["list"], ["--version"]]) {
      const { exitCode, stderr } = await full("stdout", ...args);
      expect(stderr).toMatch(lost);
      expect(exitCode).toBe(69);
    }
  });

  test("of standard error: the code is what it would have been", async () => {
    expect((await full("stderr", "recheck", "nowhere")).exitCode).toBe(65);
    expect((await full("stderr", "recheck", run)).exitCode).toBe(0);
  });

  test("both closed from the start", async () => {
    const { exitCode } = await main(["recheck", run], { stdio: "ignore" });
    expect(exitCode).toBe(0);
  });
});
