/**
 * What 20 samples a second of 20 containers cost this process, as a share of one core.
 * Every container allocates all the time: no sample is like the one before, so each is written.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { acquireEngine } from "../../harness/engine/index.ts";
import { watchProject } from "../../harness/measure/index.ts";
import { silent } from "../../harness/progress.ts";
import { openRecord, readRecord, RECORD_SCHEMA } from "../../harness/record/index.ts";
import { createContainer } from "../support/container.ts";

const containers = Number(process.argv[2] ?? 20);
const seconds = 10;
const restless = `
import os, time
for _ in range(3):
    if os.fork() == 0: time.sleep(1000)
kept = []
while True:
    kept.append(bytearray(4096)); time.sleep(0.02)
`;

const project = `sampling-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), "aftershock-bench-"));
const path = join(folder, "record.ndjson");
await using engine = await acquireEngine({ progress: silent });
await using started = new AsyncDisposableStack();
started.defer(() => rmSync(folder, { recursive: true }));

const began = performance.now();
const now = () => performance.now() - began;
const sink = openRecord(path, {
  type: "head",
  schema: RECORD_SCHEMA,
  t: 0,
  scenario: "bench",
  arm: "sampling",
  role: "probe",
  repeat: 1,
  startedAt: new Date().toISOString(),
  engine: engine.facts,
  env: {},
});
const watch = await watchProject({
  engine,
  project,
  sink,
  now,
  replicated: new Set(["restless"]),
});
for (let number = 1; number <= containers; number++) {
  const command = ["python3", "-c", restless];
  const options = { project, service: "restless", number, command, memory: 64 * 1024 ** 2 };
  await started.use(await createContainer(engine, options)).start();
}
await wait(3000);

const from = now();
const cpu = process.cpuUsage();
await wait(seconds * 1000);
const { user, system } = process.cpuUsage(cpu);
const until = now();

await watch.stop();
await sink.close({
  type: "tail",
  t: now(),
  outcome: "completed",
  spent: { up: 0, drive: now(), down: 0 },
});
const samples = readRecord(path)
  .rows.filter((row) => row.type === "sample")
  .filter((row) => row.t >= from && row.t <= until)
  .reduce((sum, row) => sum + row.n, 0);
const share = (user + system) / 1000 / (until - from);
console.log(
  [
    `sampling ${containers} containers       ${((samples / (until - from)) * 1000).toFixed(0)} samples a second`,
    `cost                         ${(share * 100).toFixed(1)} % of a core, ${((user + system) / samples).toFixed(0)} us a sample`,
    `record                       ${(statSync(path).size / until).toFixed(0)} kB a second`,
  ].join("\n"),
);
