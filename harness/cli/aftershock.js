#!/usr/bin/env node
// The first step, in plain JavaScript that an old Node runs: sets up the packages and, where this
// Node is too old, a newer one in the cache folder; then hands over to main.ts. Nothing is
// installed on the system.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, compiledFolder, mustBeOurs } from "../cache-folder.js";
import { fetchNode } from "../fetch-node.js";
import { npm } from "../npm.js";
import { handOver } from "./hand-over.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
// In a clone the sources are run; in the package, which has no lock file, what they were compiled to.
const isClone = fs.existsSync(join(root, "package-lock.json"));
// Whatever goes wrong in here: Node's own 1 would say that a claim failed.
process.on("uncaughtException", failed);
const release = JSON.parse(fs.readFileSync(join(here, "../node-release.json"), "utf8"));
const oldest = isClone ? release.oldest : release.oldestCompiled;
const main = isClone
  ? [join(here, "main.ts")]
  : // Node 22 warns of each TypeScript file that it runs, as a team's scenario is.
    [
      ...["ExperimentalWarning", "MODULE_TYPELESS_PACKAGE_JSON"].map(
        (one) => `--disable-warning=${one}`,
      ),
      join(root, "dist/harness/cli/main.js"),
    ];
/**
 * Room for what lives shortly, MiB: a long run is none the slower for it, and its memory stays at
 * 150 MiB where Node by itself takes 220.
 */
const youngSpace = ["--max-semi-space-size=8"];
const tasks = {
  bench: "test/bench/bench.ts",
  busy: "test/soak/busy.ts",
  docs: "docs/regenerate.ts",
  drills: "test/soak/drills.ts",
  early: "test/soak/early.ts",
  engines: "test/engines/engines.ts",
  fixes: "test/soak/fixes.ts",
  lab: "images/lab/build.ts",
  pack: "packaging/build.ts",
  package: "test/soak/package.ts",
  spoilers: "test/soak/spoilers.ts",
  "test:soak": "test/soak/long-haul.ts",
  "test:swarm": "test/swarm/swarm.ts",
};

setUp().catch(failed);

function failed(error) {
  console.error(`aftershock: ${error.message}${error.hint ? `\n${error.hint}` : ""}`);
  // What a system call refuses is the machine's: no room, no right, no such command.
  process.exitCode = error.exitCode || (error.syscall ? 69 : 70);
}

async function setUp() {
  if (isClone) await ensurePackages();
  process.exitCode = await run(await ensureNode());
}

/** The packages of package-lock.json, as `npm ci` lays them; nothing to do where they are there. */
async function ensurePackages() {
  if (packagesMatch()) return;
  await step("packages of package-lock.json into node_modules", (limit) =>
    npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], root, limit),
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
async function ensureNode() {
  if (!olderThan(process.versions.node, oldest)) return process.execPath;
  const folder = join(cacheFolder(process.env), "node", release.version);
  const node = join(folder, "bin/node");
  mustBeOurs(node);
  if (fs.existsSync(node)) return node;
  const platform = `${process.platform}-${process.arch}`;
  const integrity = release.integrity[platform];
  const ask = `Install Node ${oldest} or later and run this again.`;
  if (!integrity)
    throw fail(
      `Node ${process.versions.node} is too old and none can be fetched for ${platform}. ${ask}`,
    );
  if (isMusl())
    throw fail(
      `Node ${process.versions.node} is too old, and the one that could be fetched needs glibc, ` +
        `which this system (musl, as Alpine has it) lacks. ${ask}`,
    );
  const what = `Node ${release.version} (this one is ${process.versions.node}) into the cache folder`;
  await step(what, (limit) => fetchNode(platform, release, folder, { limit, check: startsHere }));
  return node;
}

/** Slim systems may lack a library that it needs; better told now than as a crash. */
function startsHere(node) {
  const { status, stderr, error } = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (status === 0) return;
  if (error && error.code === "EACCES")
    throw fail(
      `Node ${release.version} cannot be run from the cache folder: its disk is mounted noexec.\n` +
        "Set XDG_CACHE_HOME to a folder on another disk and run this again.",
    );
  const said = (stderr || (error && error.message) || "it gives no reason").trim();
  const mend = /GLIBC/.test(said)
    ? `The C library of this system is too old for it: install Node ${oldest} or later`
    : "Install what it lacks (often libatomic.so.1: Debian's package libatomic1)";
  throw fail(
    `Node ${release.version} does not start on this system: ${said}\n${mend} and run this again.`,
  );
}

/** Whether this Node runs on musl: what is made for glibc would not start beside it. */
function isMusl() {
  const maps = "/proc/self/maps";
  return fs.existsSync(maps) && fs.readFileSync(maps, "utf8").includes("/ld-musl-");
}

/** Runs main.ts, or a task of package.json, with that Node; gives the code to end with. */
function run(node) {
  const [flag, task, ...rest] = process.argv.slice(2);
  const isTask = flag === "--task";
  const args = isTask ? taskArgs(task, rest) : [...main, ...process.argv.slice(2)];
  args.unshift(...youngSpace);
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
  const compiled = isTask ? undefined : compiledFolder(process.env);
  if (compiled) env.NODE_COMPILE_CACHE = compiled;
  return handOver(node, args, env, isTask);
}

function taskArgs(task, rest) {
  if (task === "test") return [join(root, "node_modules/vitest/vitest.mjs"), "run", ...rest];
  return [join(root, tasks[task]), ...rest];
}

/** Tells what is done, that it still is (every 10 s), and how long it took; ends it at the limit. */
async function step(what, run) {
  const limit = (Number(process.env.AFTERSHOCK_SETUP_MINUTES) || 10) * 60_000;
  const began = Date.now();
  const took = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  process.stderr.write(`set-up: ${what} ... `);
  const word = setInterval(
    () =>
      process.stderr.write(
        `\nset-up: still at it after ${took()} of at most ${limit / 1000} s ... `,
      ),
    10_000,
  );
  try {
    await run(limit);
  } catch (error) {
    process.stderr.write(`failed, ${took()}\n`);
    throw error;
  } finally {
    clearInterval(word);
  }
  process.stderr.write(`${took()}\n`);
}

function olderThan(version, than) {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  const i = a.findIndex((part, at) => part !== b[at]);
  return i >= 0 && a[i] < b[i];
}

/** What the file says; undefined where it is not there, or not whole. */
function readJson(path) {
  try {
    return JSON.parse(fs.readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** The machine can't: exit code 69. */
function fail(message) {
  return Object.assign(new Error(message), { exitCode: 69 });
}
