import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { afterEach, expect, test } from "vitest";
import type { Row } from "../../../harness/record/schema.ts";
import { watchProject, type Watch } from "../../../harness/measure/index.ts";
import { engine as facts } from "../../support/rows.ts";
import { until } from "../../support/until.ts";

let watch: Watch | undefined;
let server: Server | undefined;
let folder = "";
afterEach(async () => {
  await watch?.stop();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the watch told, and by how much its clock is set forth. */
let rows: Row[] = [];
let later = 0;
/** Has the engine say something of its container. */
let say: (action: string) => void;

/** Watches an engine, asked by HTTP, whose one container has just started; its statistics are these. */
async function watchOne(stats: object | undefined): Promise<Watch> {
  rows = [];
  later = 0;
  folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  const socketPath = join(folder, "engine.sock");
  const labels = { "com.docker.compose.service": "box" };
  const event = (action: string) =>
    `${JSON.stringify({ Action: action, Actor: { ID: "one", Attributes: labels } })}\n`;
  server = createServer((request, response) => {
    const path = request.url ?? "";
    if (path.includes("/events")) {
      say = (action) => response.write(event(action));
      say("start");
    } else if (path.includes("/stats")) {
      if (stats) response.end(JSON.stringify(stats));
    } else response.end(JSON.stringify({ Id: "one", Config: { Image: "box" }, HostConfig: {} }));
  });
  await new Promise<void>((done) => server!.listen(socketPath, done));
  const docker = new Docker({ socketPath });
  return watchProject({
    engine: { docker, facts, local: false, cgroup: () => null },
    project: "p",
    now: () => performance.now() + later,
    sink: { write: (row) => rows.push(row), sample: (row) => rows.push(row) },
  });
}

test("who runs where nobody counts memory is not waited for: the hint says how to mend it", async () => {
  const read = "2026-11-21T05:00:00Z";
  watch = await watchOne({ read, memory_stats: {}, pids_stats: { current: 1 } });
  await until("the end", () => watch!.lost.aborted);
  expect(watch.lost.reason).toMatchObject({ code: "NO_MEMORY_CONTROLLER", exitCode: 69 });
  expect((watch.lost.reason as { hint: string }).hint).toContain("cgroup_enable=memory");
});

test("the wait for a first sample that never comes has an end", async () => {
  watch = await watchOne(undefined);
  await until("its start", () => watch!.events("box", "start")[0]);
  const error = await watch.sampled().catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: "NO_SAMPLE", exitCode: 69 });
  expect((error as Error).message).toContain("box");
});

test.each([
  ["a second and more", 5000, 1],
  ["less, as the engine tells of it late", 400, 0],
])("who was not sampled before his end for %s leaves a gap: %d ms", async (_, ms, gaps) => {
  const read = "2026-11-21T05:00:00Z";
  watch = await watchOne({ read, memory_stats: { usage: 7 }, pids_stats: { current: 1 } });
  await until("its first sample", () => watch!.latest("box"));
  later = ms;
  say("die");
  await until("its end", () => watch!.events("box", "die")[0]);
  await watch.stop();
  const told = rows.filter((row) => row.type === "gap");
  expect(told).toHaveLength(gaps);
  for (const { t, until: end } of told) expect(end - t).toBeGreaterThanOrEqual(ms - 1);
});
