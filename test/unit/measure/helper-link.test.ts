import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SamplingProcess } from "../../../harness/measure/cgroup-sampler.ts";
import { steady } from "../../../harness/measure/clock.ts";
import { HelperLink } from "../../../harness/measure/helper-link.ts";
import { until } from "../../support/until.ts";

// The sampling process as a container has it, by its streams alone; the container is left out.

const program = fileURLToPath(
  new URL("../../../harness/measure/sampling-process.ts", import.meta.url),
);
const fixture = fileURLToPath(new URL("../../fixtures/cgroup-v2", import.meta.url));
const aDay = 86_400;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  cpSync(fixture, folder, { recursive: true });
  writeFileSync(join(folder, "cgroup.procs"), `${process.pid}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function connect(command: readonly string[]) {
  const child = spawn(command[0]!, command.slice(1));
  // As a container's stream it ends when both outputs have.
  const [readable, writable] = [new PassThrough(), child.stdin] as const;
  child.stdout.pipe(readable, { end: false });
  child.on("close", () => readable.end());
  const stream = Duplex.from({ readable, writable } as unknown as AsyncIterable<Buffer>);
  const link = new HelperLink(stream);
  const sampling = new SamplingProcess(
    link.connect((_, stdout, stderr) => {
      stream.pipe(stdout);
      child.stderr.pipe(stderr);
    }),
  );
  const told: number[] = [];
  const failed: Error[] = [];
  const sample = (place = folder) =>
    sampling.sampler({ version: 2, folder: place }, 50, {
      tell: (_, at) => told.push(at),
      failed: (error) => failed.push(error),
      stood: () => {},
    });
  return { child, stream, link, sampling, told, failed, sample };
}

const node = [process.execPath, program];
const ahead = ["unshare", "--time", "--monotonic", `${aDay}`, ...node];

test("samples of a machine whose clock is a day ahead are timed by this one's", async ({
  skip,
}) => {
  skip(spawnSync("unshare", ["--time", "true"]).status !== 0, "no time namespace may be made here");
  const { stream, link, sampling, told, sample } = connect(ahead);
  await sampling.started;
  await link.readClock();
  const from = steady();
  const sampler = await sample();
  await until("ten samples", () => told.length >= 10);
  await sampler.close();
  const last = told.at(-1)!;
  // As exact as the one answer was quick: no busy machine takes a second for it.
  expect(told[0]! - from).toBeGreaterThan(-1000);
  expect(last).toBeLessThan(steady() + 1000);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  stream.destroy();
});

test("it ends when nobody speaks to it any more", async () => {
  const { child, stream, link, sampling, sample } = connect(node);
  await sampling.started;
  await link.readClock();
  await sample();
  const ended = once(child, "exit");
  stream.destroy();
  await ended;
  expect(existsSync(`/proc/${child.pid}`)).toBe(false);
});

test("its end is told to whoever has something sampled, and what it said last", async () => {
  const crash = [
    "--import",
    "data:text/javascript,process.on('SIGUSR2',()=>{throw Error('over')})",
  ];
  const { child, link, sampling, told, failed, sample } = connect([node[0]!, ...crash, program]);
  await sampling.started;
  await link.readClock();
  await sample();
  await until("a sample", () => told[0]);
  child.kill("SIGUSR2");
  const error = await until("the trouble", () => failed[0]);
  expect(error.message).toMatch(/^The helper container .*: Error: over$/);
  expect(sampling.ended).toBe(error);
  await expect(sample()).rejects.toBe(error);
});

test("what is no sampling process is known at once, by its words", async () => {
  const { sampling } = connect(["sh", "-c", "echo no such program >&2; exit 127"]);
  await sampling.started;
  expect((await sampling.over).message).toContain("no such program");
});

test("a clock that nobody tells any more is not waited for", async () => {
  const { link, sampling } = connect(["true"]);
  await sampling.over;
  expect(await link.readClock()).toBeUndefined();
});
