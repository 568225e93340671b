#!/usr/bin/env node
// The first step, in plain JavaScript that an old Node runs: sets up the packages and, where this
// Node is too old, a newer one in the cache folder; then hands over to main.ts. Nothing is
// installed on the system.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const release = JSON.parse(fs.readFileSync(join(here, "node-release.json"), "utf8"));
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "aftershock");
const tasks = { bench: "test/bench/bench.ts", docs: "docs/regenerate.ts" };

try {
  ensurePackages();
  handOver(ensureNode());
} catch (error) {
  console.error(`aftershock: ${error.message}`);
  process.exitCode = error.exitCode || 70;
}

/** The packages of package-lock.json, as `npm ci` lays them; nothing to do where they are there. */
function ensurePackages() {
  if (packagesMatch()) return;
  // A proxy that intercepts TLS: npm hears of its CA by NODE_EXTRA_CA_CERTS only.
  const extra = process.env.SSL_CERT_FILE && !process.env.NODE_EXTRA_CA_CERTS;
  const env = extra ? { NODE_EXTRA_CA_CERTS: process.env.SSL_CERT_FILE } : {};
  step("packages of package-lock.json into node_modules", () =>
    npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, env }),
  );
}

/** Whether what npm noted of its last install is what package-lock.json asks for. */
function packagesMatch() {
  const wanted = readJson(join(root, "package-lock.json"));
  const found = readJson(join(root, "node_modules/.package-lock.json"));
  if (!wanted || !found) return false;
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (path === "" || entry.optional) return true;
    const there = found.packages[path];
    return there && there.version === entry.version && there.integrity === entry.integrity;
  });
}

/** Path of a Node that is new enough: this one, one fetched before, or one fetched now. */
function ensureNode() {
  if (!olderThan(process.versions.node, release.oldest)) return process.execPath;
  const folder = join(cache, "node", release.version);
  const node = join(folder, "bin/node");
  if (fs.existsSync(node)) return node;
  const platform = `${process.platform}-${process.arch}`;
  const integrity = release.integrity[platform];
  const ask = `Install Node ${release.oldest} or later and run this again.`;
  if (!integrity)
    throw fail(
      `Node ${process.versions.node} is too old and none can be fetched for ${platform}. ${ask}`,
    );
  step(`Node ${release.version} (this one is ${process.versions.node}) into the cache folder`, () =>
    fetchNode(`node-${platform}@${release.version}`, integrity, folder),
  );
  return node;
}

/** The bare binary from the platform package of npm's `node`, checked by its hash. */
function fetchNode(spec, integrity, folder) {
  fs.mkdirSync(dirname(folder), { recursive: true });
  const work = fs.mkdtempSync(`${folder}.part-`);
  try {
    npm(["pack", spec, "--silent", "--pack-destination", work], { cwd: work });
    const file = fs.readdirSync(work).find((name) => name.endsWith(".tgz"));
    const hash = createHash("sha512")
      .update(fs.readFileSync(join(work, file)))
      .digest("base64");
    if (`sha512-${hash}` !== integrity)
      throw fail(`${spec} is not what it should be: wrong sha512`);
    run("tar", ["-xzf", file, "package/bin/node", "package/LICENSE"], { cwd: work });
    startsHere(join(work, "package/bin/node"));
    fs.renameSync(join(work, "package"), folder);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/** Slim systems may lack a library that it needs; better told now than as a crash. */
function startsHere(node) {
  const { status, stderr } = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (status !== 0)
    throw fail(
      `Node ${release.version} does not start on this system: ${String(stderr).trim()}\n` +
        "Install what it lacks (often libatomic.so.1: Debian's package libatomic1) and run this again.",
    );
}

/**
 * Runs main.ts, or a task of package.json, with that Node. The child has a session of its own, so
 * that each signal reaches it once, by us; of our end, also by kill -9, it hears by the IPC channel.
 */
function handOver(node) {
  const [flag, task, ...rest] = process.argv.slice(2);
  const isTask = flag === "--task";
  const args = isTask ? taskArgs(task, rest) : [join(here, "main.ts"), ...process.argv.slice(2)];
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
  const stdio = ["inherit", "inherit", "inherit", "ipc"];
  const child = spawn(node, args, { stdio, env, detached: true });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGWINCH"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode =
      code === null ? 128 + ({ SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] || 1) : code;
  });
}

function taskArgs(task, rest) {
  if (task === "test") return [join(root, "node_modules/vitest/vitest.mjs"), "run", ...rest];
  return [join(root, tasks[task]), ...rest];
}

function npm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli && cli.endsWith(".js")) run(process.execPath, [cli, ...args], options);
  else run("npm", args, options);
}

function run(command, args, { cwd, env = {} }) {
  const done = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, encoding: "utf8" });
  if (done.error) throw fail(`${command} could not be run: ${done.error.message}`);
  if (done.status !== 0)
    throw fail(
      `${command} ${args[0]} failed:\n${(done.stderr + done.stdout).trim().split("\n").slice(0, 15).join("\n")}`,
    );
}

function step(what, work) {
  const began = Date.now();
  const took = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  process.stderr.write(`set-up: ${what} ... `);
  try {
    work();
  } catch (error) {
    process.stderr.write(`failed, ${took()}\n`);
    throw error;
  }
  process.stderr.write(`${took()}\n`);
}

function olderThan(version, than) {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  const i = a.findIndex((part, at) => part !== b[at]);
  return i >= 0 && a[i] < b[i];
}

function readJson(path) {
  return fs.existsSync(path) ? JSON.parse(fs.readFileSync(path, "utf8")) : undefined;
}

/** The machine can't: exit code 69. */
function fail(message) {
  return Object.assign(new Error(message), { exitCode: 69 });
}
