import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { main } from "./command.ts";

// The run's folder lies on a small disk of its own, which fills up.

const folder = join(import.meta.dirname, "../fixtures/scenario/misbehave");
const root = process.getuid?.() === 0;
let disk: string;

beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), "aftershock-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "none", disk]);
  if (status !== 0) throw new Error("No tmpfs could be mounted.");
});
afterEach(() => {
  spawnSync("umount", ["--lazy", disk]);
  rmSync(disk, { recursive: true });
});

/** Takes all but so many bytes of the disk. */
function fill(leave = 0): void {
  const { bavail, bsize } = statfsSync(disk);
  const size = Math.max(0, bavail * bsize - leave);
  writeFileSync(join(disk, `ballast-${leave}`), Buffer.alloc(size, "x"));
}

const arms = ["--arm", "broken", "--arm", "healthy"];
const start = () => main(["run", folder, ...arms, "--jobs", "1", "--verbose", "--out", disk]);

/** A run that has come so far. */
async function started(until: string) {
  const ending = start();
  let said = "";
  ending.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitUntil(() => said.includes(until), { timeout: 60_000 });
  return { ending };
}

describe.runIf(root)("a disk that is full", { timeout: 120_000 }, () => {
  test("from the start is told before anything else", async () => {
    fill();
    const { exitCode, stderr } = await start();
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/^aftershock: .* cannot be written: no space left on device\.\n/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("when the reports are written costs no verdict", async () => {
    const run = await started("healthy: baseline");
    fill(32 * 1024); // enough for what is left of the record
    const { exitCode, stdout, stderr } = await run.ending;
    expect(stdout).toMatch(/broken +broken +reproduced[^]*healthy +fixed +fixed/);
    expect(stderr).toMatch(/no space left on device/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(exitCode).toBe(69);
  });

  test("in the middle of an arm is told at the end, after all is taken down", async () => {
    const run = await started("broken: baseline");
    fill();
    const { exitCode, stderr } = await run.ending;
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/cannot be written: no space left on device/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(disk)).toContain("latest");
  });
});
