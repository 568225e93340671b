import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { afterEach, expect, test } from "vitest";
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

/** Watches an engine, asked by HTTP, whose one container has just started; its statistics are these. */
async function watchOne(stats: object | undefined): Promise<Watch> {
  folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  const socketPath = join(folder, "engine.sock");
  const labels = { "com.docker.compose.service": "box" };
  const start = { Action: "start", Actor: { ID: "one", Attributes: labels } };
  server = createServer((request, response) => {
    const path = request.url ?? "";
    if (path.includes("/events")) response.write(`${JSON.stringify(start)}\n`);
    else if (path.includes("/stats")) {
      if (stats) response.end(JSON.stringify(stats));
    } else response.end(JSON.stringify({ Id: "one", Config: { Image: "box" }, HostConfig: {} }));
  });
  await new Promise<void>((done) => server!.listen(socketPath, done));
  const docker = new Docker({ socketPath });
  return watchProject({
    engine: { docker, facts, local: false, cgroup: () => null },
    project: "p",
    now: () => performance.now(),
    sink: { write: () => {}, sample: () => {} },
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
