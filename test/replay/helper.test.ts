import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acquireEngine } from "../../harness/engine/index.ts";
import { label } from "../../harness/lifecycle/labels.ts";
import { silent } from "../../harness/progress.ts";
import type { Row } from "../../harness/record/index.ts";
import { prepareSampling } from "../../harness/replay/sampling.ts";
import { converse, createContainer } from "../support/container.ts";
import { helperOf } from "../support/helper.ts";
import { startProxy } from "../support/proxy.ts";
import { startRecording } from "../support/recording.ts";
import { until } from "../support/until.ts";

// The engine as one that is elsewhere: by TCP, where nobody knows whose files are on this machine.

const memory = 64 * 1024 ** 2;
const here = await acquireEngine({ progress: silent });
const proxy = await startProxy(here.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock", "tcp");
const engine = await acquireEngine({
  progress: silent,
  env: { ...process.env, DOCKER_HOST: proxy.host },
});
const script = readFileSync(new URL("../support/known_truth.py", import.meta.url), "utf8");
let made = 0;
const newRun = () => `helper-${process.pid}-${++made}`;

beforeAll(async () => {
  await helperOf(here, newRun()).ready(); // builds its image; the engine at TCP has no way out
});
afterAll(async () => {
  proxy[Symbol.dispose]();
  await engine[Symbol.asyncDispose]();
  await here[Symbol.asyncDispose]();
});

const helpersOf = (run: string) =>
  here.docker.listContainers({ all: true, filters: { label: [`${label.run}=${run}`] } });
const noneOf = (run: string) => until("its end", async () => (await helpersOf(run)).length === 0);

const rowsOf = <T extends Row["type"]>(rows: readonly Row[], type: T) =>
  rows.filter((row): row is Extract<Row, { type: T }> => row.type === type);

/** A container that does what known_truth.py is told. */
async function startBox(project: string) {
  const command = ["python3", "-c", script];
  const box = await createContainer(here, { project, service: "box", command, memory });
  const tell = await converse(here, box);
  await box.start();
  return { tell, [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]() };
}

test("an engine elsewhere is measured at 20 Hz, on the record's clock, by one helper for all", async () => {
  const run = newRun();
  {
    await using sampling = await (await prepareSampling(engine, silent)).open(run);
    const helper = (await helpersOf(run))[0]!.Id;
    for (const project of [`${run}-a`, `${run}-b`]) {
      await using there = await startRecording(engine, { project, sampling });
      await using local = await startRecording(here, { project });
      const apart = there.now() - local.now();
      await using box = await startBox(project);
      await until("samples", () => there.watch.latest("box") && local.watch.latest("box"));
      await box.tell("allocate 32");
      await box.tell("use");
      const whole = () => there.watch.latest("box")!.t > local.watch.latest("box")!.t + apart;
      const second = there.now() + 1000;
      await until("a second more", () => whole() && there.now() > second);
      const { rows } = await there.finish();
      const [container, ...others] = rowsOf(rows, "container");
      expect(container).toMatchObject({ service: "box", by: "helper", hz: 20 });
      expect(container!.source).toBe(`cgroup-v${engine.facts.cgroup}`);
      expect(others).toEqual([]);
      expect(Object.keys(rowsOf(rows, "sample").at(-1)!)).toEqual(
        expect.arrayContaining(["fds", "sockets", "shmem", "waitMs", "throttledMs"]),
      );
      if (here.local) {
        const off = roseAt(rows) - apart - roseAt((await local.finish()).rows);
        expect(Math.abs(off)).toBeLessThan(250);
      }
    }
    expect((await helpersOf(run)).map(({ Id }) => Id)).toEqual([helper]);
  }
  expect(await helpersOf(run)).toEqual([]);
});

/** When the box had taken 16 MiB of its 32. */
function roseAt(rows: readonly Row[]): number {
  const samples = rowsOf(rows, "sample");
  return samples.find(({ anon }) => anon! > samples[0]!.anon! + 16 * 1024 ** 2)!.t;
}

test("who is killed leaves no helper behind, though nobody watches over it", async () => {
  const run = newRun();
  const module = new URL("../support/helper.ts", import.meta.url);
  const lab = spawn(process.execPath, [
    "--input-type=module",
    "--eval",
    `
    const { acquireEngine } = await import(${JSON.stringify(new URL("../../harness/engine/index.ts", import.meta.url))});
    const { silent } = await import(${JSON.stringify(new URL("../../harness/progress.ts", import.meta.url))});
    const { helperOf } = await import(${JSON.stringify(module)});
    const sampling = helperOf(await acquireEngine({ progress: silent }), ${JSON.stringify(run)});
    process.stdout.write((await sampling.ready()) ?? "ready");`,
  ]);
  const [said] = await once(lab.stdout, "data");
  expect(String(said)).toBe("ready");
  expect(await helpersOf(run)).toHaveLength(1);
  lab.kill("SIGKILL");
  await noneOf(run);
});

test("a helper that is killed costs the arm that it measured; the next has another", async () => {
  const run = newRun();
  await using sampling = helperOf(engine, run);
  {
    await using recording = await startRecording(engine, { project: `${run}-box`, sampling });
    await using _box = await startBox(`${run}-box`);
    await until("a sample", () => recording.watch.latest("box"));
    const [{ Id } = { Id: "" }] = await helpersOf(run);
    await here.docker.getContainer(Id).kill();
    await until("the loss", () => recording.watch.lost.aborted);
    expect(recording.watch.lost.reason).toMatchObject({ code: "SAMPLING_FAILED", exitCode: 69 });
  }
  await using recording = await startRecording(engine, { project: `${run}-box`, sampling });
  await using _box = await startBox(`${run}-box`);
  await until("a sample", () => recording.watch.latest("box"));
  expect(rowsOf((await recording.finish()).rows, "container")[0]!.by).toBe("helper");
});

test("with what an older kernel asks for it starts as well", async () => {
  const project = newRun();
  const older = { ...engine, facts: { ...engine.facts, kernel: "5.15.0-119-generic" } };
  await using sampling = helperOf(older, project);
  await using recording = await startRecording(engine, { project, sampling });
  await using _box = await startBox(project);
  expect(await until("descriptors", () => recording.watch.latest("box")?.fds)).toBeGreaterThan(2);
});
