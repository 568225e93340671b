/**
 * What 20 samples a second of 20 containers cost this process and its children, as a share of one
 * core: of containers at rest, and of ones that allocate all the time, so that no sample is like
 * the one before and each is written.
 */
import { setTimeout as wait } from "node:timers/promises";
import { acquireEngine } from "../../harness/engine/index.ts";
import { silent } from "../../harness/progress.ts";
import type { SampleRow } from "../../harness/record/index.ts";
import { createContainer } from "../support/container.ts";
import { processorMs } from "../support/processes.ts";
import { startRecording } from "../support/recording.ts";

const containers = Number(process.argv[2] ?? 20);
/** A process's first seconds cost more: Node is still compiling. A run lasts minutes. */
const seconds = 30;
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
for (const [state, script] of Object.entries(at)) console.log(await cost(state, script));

/** Watches containers for a while, and tells what that took. */
async function cost(state: string, script: string): Promise<string> {
  const project = `sampling-${state}-${process.pid}`;
  await using recording = await startRecording(engine, { project, replicated: new Set(["box"]) });
  await using started = new AsyncDisposableStack();
  for (let number = 1; number <= containers; number++) {
    const command = ["python3", "-c", script];
    const options = { project, service: "box", number, command, memory: 64 * 1024 ** 2 };
    await started.use(await createContainer(engine, options)).start();
  }
  await wait(3000);

  const from = recording.now();
  const before = processorMs();
  await wait(seconds * 1000);
  const spent = processorMs() - before;
  const until = recording.now();

  const samples = (await recording.finish()).rows
    .filter((row) => row.type === "sample")
    .reduce((sum, row) => sum + row.n * shareBetween(row, from, until), 0);
  const share = spent / (until - from);
  return [
    `${containers} containers at ${state}`.padEnd(28),
    `${((samples / (until - from)) * 1000).toFixed(0)} samples a second, `,
    `${(share * 100).toFixed(1)} % of a core (goal: under 2 %), ${((1000 * spent) / samples).toFixed(0)} us a sample`,
  ].join("");
}

/** How much of a run of samples lies between two moments. */
function shareBetween({ t, until: end }: SampleRow, from: number, until: number): number {
  if (t >= from && end <= until) return 1;
  return Math.max(0, Math.min(end, until) - Math.max(t, from)) / Math.max(1, end - t);
}
