import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { steady } from "../../../harness/measure/clock.ts";
import { samplingHere } from "../../../harness/measure/sampling-here.ts";
import type { Sampler } from "../../../harness/measure/sampler.ts";
import type { SampleValues } from "../../../harness/record/index.ts";
import { childrenOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const hz = 50;
let folder: string;
let sampler: Sampler | undefined;
let told: { values: SampleValues; at: number }[];
let failed: Error[];
let stood: { from: number; until: number }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  told = [];
  failed = [];
  stood = [];
});
afterEach(async () => {
  await sampler?.close();
  sampler = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string | number) => writeFileSync(join(folder, name), `${text}`);
const sampleFolder = () =>
  samplingHere().sampler({ version: 2, folder }, hz, {
    tell: (values, at) => told.push({ values, at }),
    failed: (error) => failed.push(error),
    stood: (from, until) => stood.push({ from, until }),
  });
const start = async () => {
  cpSync(join(fixtures, "cgroup-v2"), folder, { recursive: true });
  write("cgroup.procs", `${process.pid}\n`);
  sampler = await sampleFolder();
  await until("a sample", () => told[0]);
};

/** Keeps this thread from doing anything else. */
const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test("samples are on time while this thread is busy, and timed by its clock", async () => {
  await start();
  const from = steady();
  block(400);
  const to = steady();
  await until("a later sample", () => told.at(-1)!.at > to);
  const meanwhile = told.filter(({ at }) => at >= from && at <= to);
  expect(meanwhile.length).toBeGreaterThan((0.4 * hz) / 2);
  expect(meanwhile[0]!.values).toMatchObject({ anon: 18_452_480, peak: 67_108_864 });
});

test("its process can be started beforehand, and is the one that samples then", async () => {
  await samplingHere().started;
  const before = childrenOf(process.pid);
  expect(before).toHaveLength(1);
  await start();
  expect(childrenOf(process.pid)).toEqual(before);
});

test("it is real-time where the system lets it be", async () => {
  await start();
  const allowed = attempt(() => execFileSync("chrt", ["--rr", "1", "true"], { stdio: "ignore" }));
  // Field 41 of stat is the policy, 2 is round-robin; 0x40000000 may be or-ed to it.
  const policies = childrenOf(process.pid).map((pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[38]) & 0xff;
  });
  expect(policies).toEqual([allowed ? 2 : 0]);
});

test("its process dies: that is told, and the next sampler has a new one", async () => {
  await start();
  for (const pid of childrenOf(process.pid)) process.kill(pid, "SIGKILL");
  const error = await until("the trouble", () => failed[0]);
  expect(error.message).toContain("SIGKILL");
  await sampler!.close();
  told = [];
  await start();
});

test("its process ends with whoever started it, also by kill -9", async () => {
  cpSync(join(fixtures, "cgroup-v2"), folder, { recursive: true });
  write("cgroup.procs", `${process.pid}\n`);
  const module = new URL("../../../harness/measure/sampling-here.ts", import.meta.url);
  const script = `
    const { samplingHere } = await import(${JSON.stringify(module)});
    const paths = { version: 2, folder: ${JSON.stringify(folder)} };
    const nobody = () => {};
    await samplingHere().sampler(paths, 20, { tell: nobody, failed: nobody, stood: nobody });
    process.stdout.write("sampling");`;
  const user = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  await new Promise((said) => user.stdout.once("data", said));
  const [pid] = childrenOf(user.pid!);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  user.kill("SIGKILL");
  await until("its end", () => !existsSync(`/proc/${pid}`));
});

test("nothing is told after it was closed", async () => {
  await start();
  await sampler!.close();
  const before = told.length;
  block(100);
  await until("the messages of that time", () => new Promise((done) => setImmediate(done, true)));
  expect(told).toHaveLength(before);
});

test("it ends with the container: the counters are the last word", async () => {
  await start();
  write("cgroup.procs", "");
  write("pids.current", 0);
  await until("the last sample", () => told.at(-1)!.values.processes === null);
  write("cgroup.procs", `${process.pid}\n`);
  await sampler!.close();
  expect(told.filter(({ values }) => values.processes === null)).toHaveLength(1);
  expect(told.at(-1)!.values).toMatchObject({ anon: null, cpuMs: 7655.36 });
});

test("a cgroup that goes away ends it without a word", async () => {
  await start();
  rmSync(join(folder, "cgroup.procs"));
  write("cpu.stat", "usage_usec 2000000\n");
  const silent = (1000 / hz) * 10;
  await until("silence", () => steady() - told.at(-1)!.at > silent);
  await sampler!.close();
  expect(failed).toEqual([]);
});

test("any other trouble is told, and not taken for the end", async () => {
  await start();
  rmSync(join(folder, "cgroup.procs"));
  mkdirSync(join(folder, "cgroup.procs"));
  write("pids.current", 1);
  const error = await until("the trouble", () => failed[0]);
  expect(error.message).toContain("EISDIR");
});

test("a cgroup that was never there is told by its code", async () => {
  rmSync(folder, { recursive: true });
  await expect(sampleFolder()).rejects.toMatchObject({ code: "ENOENT" });
  expect(failed).toEqual([]);
});

function attempt(ask: () => unknown): boolean {
  try {
    ask();
    return true;
  } catch {
    return false;
  }
}
