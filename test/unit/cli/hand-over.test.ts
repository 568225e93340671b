import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
// @ts-expect-error plain JavaScript, for a Node that is too old for anything else
import { handOver } from "../../../harness/cli/hand-over.js";
import { aftershock } from "../../process/command.ts";

// The code that users see is one that main.ts said: Node has codes of its own, and 1 is among them.

const inMain = (code: string) =>
  `--import=data:text/javascript,${encodeURIComponent(
    `if (process.argv[1]?.endsWith("main.ts")) { ${code} }`,
  )}`;

test.each([
  ["types that are not stripped", "--no-strip-types", 1],
  ["no WebAssembly", "--jitless", 1],
  ["an end with 1 before the command begins", inMain("process.exit(1)"), 1],
  ["an end with 0 before the command begins", inMain("process.exit(0)"), 0],
  ["an end past all listeners", inMain("process.reallyExit(1)"), 1],
  ["a throw", inMain("throw new Error('early')"), 1],
  ["an abort", inMain("process.abort()"), "SIGABRT"],
])("%s is 70, with a sentence", async (_, options, ended) => {
  const { exitCode, stdout, stderr } = await aftershock(["list"], {
    env: { NODE_OPTIONS: options },
  });
  expect(stderr).toContain(`aftershock: Node ended with ${ended} before it was done.`);
  expect(stderr).toContain(`Is it NODE_OPTIONS, which is "${options}"?`);
  expect(stdout).toBe("");
  expect(exitCode).toBe(70);
});

test.each([
  [["list"], 0],
  [["show", "no-such-scenario"], 64],
  [["recheck", "nowhere"], 65],
])("%j: what the command says is handed on", async (args, code) => {
  expect((await aftershock(args)).exitCode).toBe(code);
});

test("nobody waits for what the command leaves running", async () => {
  const left = `const { spawn } = await import("node:child_process");
    spawn("sleep", ["20"], { detached: true, stdio: "inherit" }).unref();`;
  const began = performance.now();
  // The output is a file's: a pipe would be open as long as anything holds it.
  const { exitCode } = await aftershock(["list"], {
    env: { NODE_OPTIONS: inMain(left) },
    stdio: "ignore",
  });
  expect(exitCode).toBe(0);
  expect(performance.now() - began).toBeLessThan(15_000);
});

test("a Node that can't be started is the machine's, with its reason", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hand-over-"));
  await expect(handOver(join(folder, "node"), [], process.env, false)).rejects.toMatchObject({
    code: "ENOENT",
    syscall: expect.stringMatching(/^spawn/),
  });
  rmSync(folder, { recursive: true });
});
