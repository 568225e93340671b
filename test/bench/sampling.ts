/**
 * What 20 samples a second of 20 containers cost, as a share of one core: of containers at rest,
 * and of ones that allocate all the time, so that no sample is like the one before and each is
 * written. First by the process that reads files here, then by the one in a helper container
 * (recording included in both), then by a loop that does no more than read the same files of the
 * kernel: that is the kernel's own share, and nobody gets below it.
 */
import { openSync, readFileSync, readSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { acquireEngine } from "../../harness/engine/index.ts";
import type { CgroupPaths } from "../../harness/engine/types.ts";
import { label } from "../../harness/lifecycle/labels.ts";
import { steady } from "../../harness/measure/clock.ts";
import { startTicker } from "../../harness/measure/ticker.ts";
import { silent } from "../../harness/progress.ts";
import type { SampleRow } from "../../harness/record/index.ts";
import { createContainer } from "../support/container.ts";
import { helperOf } from "../support/helper.ts";
import { processorMs } from "../support/processes.ts";
import { startRecording } from "../support/recording.ts";

const containers = Number(process.argv[2] ?? 20);
/** A process's first seconds cost more: Node is still compiling. A run lasts minutes. */
const [warmUp, seconds] = [5, 25];
const hz = 20;
const at = {
  rest: "import time; time.sleep(1000)",
  work: `
import os, time
for _ in range(3):
    if os.fork() == 0: time.sleep(1000)
kept = []
while True:
    kept.append(bytearray(4096)); time.sleep(0.02)
`,
};

await using engine = await acquireEngine({ progress: silent });
for (const [state, script] of Object.entries(at)) {
  if (engine.local) console.log(await ofSampling("process here", state, script));
  console.log(await ofSampling("helper container", state, script));
  if (engine.local) console.log(await ofBareReads(state, script));
}

/** Watches containers for a while, and tells what that took. */
async function ofSampling(by: "process here" | "helper container", state: string, script: string) {
  const project = `sampling-${state}-${process.pid}`;
  const run = `${project}-helper`;
  await using helper = by === "helper container" ? helperOf(engine, run) : undefined;
  await using recording = await startRecording(engine, {
    project,
    replicated: new Set(["box"]),
    ...(helper && { sampling: helper }),
  });
  await using _boxes = await startBoxes(project, script);
  await wait(warmUp * 1000);
  const from = recording.now();
  const took = await spending(helper ? await helperTime(run) : () => 0);
  const until = recording.now();
  const samples = (await recording.finish()).rows
    .filter((row) => row.type === "sample")
    .reduce((sum, row) => sum + row.n * shareBetween(row, from, until), 0);
  return told(state, by, took, samples);
}

/** What the same files cost who only reads them: all at every 4th beat, the short ones at each. */
async function ofBareReads(state: string, script: string): Promise<string> {
  await using boxes = await startBoxes(`sampling-bare-${process.pid}`, script);
  const buffer = Buffer.alloc(64 * 1024);
  const all = boxes.ids.map((id) => filesOf(engine.cgroup(id)!));
  let [beats, samples] = [0, 0];
  const ticker = startTicker(steady, 1000 / hz, () => {
    const whole = state === "work" && ++beats % 4 === 0;
    for (const { cpu, each, fourth, lists } of all) {
      readSync(cpu, buffer, 0, buffer.length, 0);
      if (state === "work") for (const fd of each) readSync(fd, buffer, 0, buffer.length, 0);
      if (whole) for (const fd of fourth) readSync(fd, buffer, 0, buffer.length, 0);
      if (whole) for (const path of lists) readFileSync(path);
      samples++;
    }
  });
  await wait(warmUp * 1000);
  samples = 0;
  const took = await spending(() => 0);
  ticker.stop();
  return told(state, "bare reads", took, samples);
}

/** The files that a container's sampler reads, open, and the lists that it opens anew. */
function filesOf(paths: CgroupPaths) {
  const open = (path: string) => openSync(path, "r");
  const v1 = paths.version === 1;
  const folder = v1 ? paths.memory : paths.folder;
  const of = v1 ? paths : { pids: folder, cpuacct: folder, cpu: folder };
  const list = readFileSync(`${of.pids}/cgroup.procs`, "utf8").trim().split("\n");
  const memory = v1
    ? ["memory.stat", "memory.usage_in_bytes", "memory.max_usage_in_bytes"]
    : ["memory.stat", "memory.current", "memory.peak"];
  return {
    cpu: open(v1 ? `${of.cpuacct}/cpuacct.usage` : `${folder}/cpu.stat`),
    each: [...memory.map((name) => `${folder}/${name}`), `${of.pids}/pids.current`].map(open),
    fourth: [
      `${folder}/${v1 ? "memory.oom_control" : "memory.events"}`,
      v1 ? `${of.cpu}/cpu.stat` : `${folder}/cpu.pressure`,
      `/proc/${list[0]}/net/dev`,
      ...(v1 ? list.map((pid) => `/proc/${pid}/schedstat`) : []),
    ].map(open),
    lists: [`${of.pids}/cgroup.procs`],
  };
}

async function startBoxes(project: string, script: string) {
  const started = new AsyncDisposableStack();
  const ids: string[] = [];
  for (let number = 1; number <= containers; number++) {
    const command = ["python3", "-c", script];
    const options = { project, service: "box", number, command, memory: 64 * 1024 ** 2 };
    const box = started.use(await createContainer(engine, options));
    await box.start();
    ids.push(box.container.id);
  }
  return { ids, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

/** Gives what tells the processor time of the run's helper container until now, milliseconds. */
async function helperTime(run: string): Promise<() => number> {
  const filters = { label: [`${label.run}=${run}`] };
  const [helper] = await engine.docker.listContainers({ filters });
  const paths = engine.cgroup(helper!.Id);
  if (!paths) throw new Error("Only an engine of this machine tells what the helper costs.");
  if (paths.version === 1)
    return () => Number(readFileSync(`${paths.cpuacct}/cpuacct.usage`)) / 1e6;
  const usage = () =>
    /^usage_usec (\d+)/.exec(readFileSync(`${paths.folder}/cpu.stat`, "utf8"))![1];
  return () => Number(usage()) / 1e3;
}

interface Spent {
  /** Processor time of this process and its children, and of others, milliseconds. */
  readonly own: number;
  readonly other: number;
  readonly ms: number;
}

async function spending(other: () => number): Promise<Spent> {
  const [began, own, others] = [steady(), processorMs(), other()];
  await wait(seconds * 1000);
  return { own: processorMs() - own, other: other() - others, ms: steady() - began };
}

function told(state: string, by: string, { own, other, ms }: Spent, samples: number): string {
  const percent = (spent: number) => `${((100 * spent) / ms).toFixed(1)} %`;
  const parts = other > 0 ? ` (here ${percent(own)}, there ${percent(other)})` : "";
  return [
    `${containers} containers at ${state}, ${by}:`.padEnd(44),
    `${((1000 * samples) / ms).toFixed(0)} samples a second, `,
    `${percent(own + other)} of a core${parts}, `,
    `${((1000 * (own + other)) / samples).toFixed(0)} us a sample`,
  ].join("");
}

/** How much of a run of samples lies between two moments. */
function shareBetween({ t, until: end }: SampleRow, from: number, until: number): number {
  if (t >= from && end <= until) return 1;
  return Math.max(0, Math.min(end, until) - Math.max(t, from)) / Math.max(1, end - t);
}
