import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** What the first step has in common with the rest. */
const shared = ["cache-folder.js", "fetch-node.js", "npm.js", "node-release.json"];

/** The first step in a fresh clone: what it needs of the repository, and no packages. */
describe("setting up in a fresh clone", () => {
  let clone: string;
  let silent: Server;
  let port: number;
  beforeEach(async () => {
    clone = mkdtempSync(join(tmpdir(), "clone-"));
    for (const file of ["cli/aftershock.js", "cli/hand-over.js"].concat(shared))
      cpSync(join(root, "harness", file), join(clone, "harness", file));
    for (const file of ["package.json", "package-lock.json"])
      cpSync(join(root, file), join(clone, file));
    silent = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => silent.once("listening", done));
    port = (silent.address() as { port: number }).port;
  });
  afterEach(() => {
    silent.close();
    rmSync(clone, { recursive: true });
  });

  const setUp = (env: NodeJS.ProcessEnv) =>
    execa(process.execPath, [join(clone, "harness/cli/aftershock.js"), "list"], {
      cwd: clone,
      env: { npm_config_cache: join(clone, "npm"), npm_config_fetch_retries: "0", ...env },
      reject: false,
    });

  it("names a registry that refuses, instead of npm's trace", async () => {
    silent.close();
    const { exitCode, stderr } = await setUp({ npm_config_registry: `http://127.0.0.1:${port}` });
    expect(exitCode).toBe(69);
    expect(stderr).toContain("npm ci failed: the package registry refuses connections.");
    expect(stderr.trim().split("\n").length).toBeLessThan(6);
  });

  it("ends at its limit where a registry accepts and never answers", async () => {
    const { exitCode, stderr } = await setUp({
      npm_config_registry: `http://127.0.0.1:${port}`,
      AFTERSHOCK_SETUP_MINUTES: "0.05",
    });
    expect(exitCode).toBe(69);
    expect(stderr).toContain("it was not done within 3 s (AFTERSHOCK_SETUP_MINUTES lengthens it)");
  });

  it("says that it is still at it every ten seconds", async () => {
    const { stderr } = await setUp({
      npm_config_registry: `http://127.0.0.1:${port}`,
      AFTERSHOCK_SETUP_MINUTES: "0.2",
    });
    expect(stderr).toMatch(/still at it after 10\.\d s of at most 12 s/);
  });

  it("says what npm is when it is not there", async () => {
    const empty = join(clone, "empty");
    mkdirSync(empty);
    const { exitCode, stderr } = await setUp({ PATH: empty, npm_execpath: "" });
    expect(exitCode).toBe(69);
    expect(stderr).toContain("npm could not be run");
  });

  it("takes a damaged note of the last install for none", async () => {
    mkdirSync(join(clone, "node_modules"));
    writeFileSync(join(clone, "node_modules/.package-lock.json"), '{"packages"');
    silent.close();
    const { exitCode } = await setUp({ npm_config_registry: `http://127.0.0.1:${port}` });
    expect(exitCode).toBe(69);
  });

  it("a clone that is damaged is no failed claim", async () => {
    writeFileSync(join(clone, "harness/node-release.json"), '{"version"');
    const { exitCode, stderr } = await setUp({});
    expect(exitCode).toBe(70);
    expect(stderr).toMatch(/^aftershock: /);
  });
});
