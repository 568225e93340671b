import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { acquireEngine } from "../../harness/engine/index.ts";
import { silent } from "../../harness/progress.ts";
import type { Row, SampleSource } from "../../harness/record/index.ts";
import { createContainer } from "../support/container.ts";
import { startProxy } from "../support/proxy.ts";
import { startRecording } from "../support/recording.ts";
import { until } from "../support/until.ts";

const memory = 64 * 1024 ** 2;
const sleep = ["sleep", "1000"];
const engine = await acquireEngine({ progress: silent });
let project: string;
let made = 0;

afterAll(() => engine[Symbol.asyncDispose]());
const newProject = () => (project = `watch-${process.pid}-${++made}`);

const told = <T extends Row["type"]>(rows: readonly Row[], type: T) =>
  rows.filter((row): row is Extract<Row, { type: T }> => row.type === type);

test("a container that is started again is sampled again, and introduced once", async () => {
  await using recording = await startRecording(engine, { project: newProject() });
  const { watch } = recording;
  await using box = await createContainer(engine, {
    project,
    service: "box",
    command: sleep,
    memory,
  });
  await box.start();
  await until("a sample", () => watch.latest("box"));
  await box.container.restart({ t: 0 });
  await until("its restart", () => watch.events("box", "restart")[0]);
  const restarted = watch.events("box", "start").at(-1)!.t;
  await until("a sample of its second life", () => watch.latest("box")!.t > restarted + 100);
  expect(watch.latest("box")!.pids).toBe(1);

  const { rows } = await recording.finish();
  const lives = watch.events("box").map(({ action }) => action);
  // How a stop is told in between (kill once or twice, stop before or after die) is the engine's.
  expect(lives.filter((action) => action !== "kill" && action !== "stop")).toEqual([
    "start",
    "die",
    "start",
    "restart",
  ]);
  expect(told(rows, "container")).toHaveLength(1);
  expect(told(rows, "gap")).toEqual([]);
});

test("containers of one service are told apart only where there are several", async () => {
  const replicated = new Set(["backend"]);
  await using recording = await startRecording(engine, { project: newProject(), replicated });
  const base = { project, command: sleep, memory };
  await using first = await createContainer(engine, { ...base, service: "backend", number: 1 });
  await using second = await createContainer(engine, { ...base, service: "backend", number: 2 });
  await using balancer = await createContainer(engine, { ...base, service: "balancer" });
  for (const container of [first, second, balancer]) await container.start();
  await until("samples of all", () =>
    ["backend-1", "backend-2", "balancer"].every((name) => recording.watch.latest(name)),
  );
  expect(recording.watch.latest("backend")).toBeUndefined();
});

test("what runs is waited for until it has been sampled, what has ended is not", async () => {
  await using recording = await startRecording(engine, { project: newProject() });
  const { watch } = recording;
  const base = { project, memory };
  await using box = await createContainer(engine, { ...base, service: "box", command: sleep });
  await using brief = await createContainer(engine, {
    ...base,
    service: "brief",
    command: ["true"],
  });
  await brief.start();
  await until("the end of one", () => watch.events("brief", "die")[0]);
  const heard = Promise.withResolvers<void>();
  watch.onRow((row) => {
    if (row.type === "event" && row.service === "box") heard.resolve();
  });
  const started = box.start();
  await heard.promise;
  expect(watch.latest("box")).toBeUndefined();
  await watch.sampled();
  expect(watch.latest("box")).toBeDefined();
  await started;
});

test("a container that ends at once leaves its events and does no harm", async () => {
  await using recording = await startRecording(engine, { project: newProject() });
  const { watch } = recording;
  const command = ["sh", "-c", "exit 3"];
  await using box = await createContainer(engine, { project, service: "box", command, memory });
  await box.start();
  const end = await until("its end", () => watch.events("box", "die")[0]);
  await recording.finish();
  expect(end).toMatchObject({ exitCode: 3 });
  expect(watch.lost.aborted).toBe(false);
});

test("containers of other projects are not seen", async () => {
  await using recording = await startRecording(engine, { project: newProject() });
  const other = `${project}-other`;
  await using theirs = await createContainer(engine, {
    project: other,
    service: "theirs",
    command: sleep,
    memory,
  });
  await using ours = await createContainer(engine, {
    project,
    service: "ours",
    command: sleep,
    memory,
  });
  await theirs.start();
  await ours.start();
  await until("ours", () => recording.watch.latest("ours"));
  const { rows } = await recording.finish();
  expect(rows.filter((row) => "service" in row && row.service !== "ours")).toEqual([]);
});

test("rows are shown one by one to who wants to see them, until he has enough", async () => {
  await using recording = await startRecording(engine, { project: newProject() });
  const seen: Row[] = [];
  const enough = recording.watch.onRow((row) => {
    seen.push(row);
    if (told(seen, "sample").length === 10) enough();
  });
  await using box = await createContainer(engine, {
    project,
    service: "box",
    command: sleep,
    memory,
  });
  await box.start();
  await until("ten samples", () => told(seen, "sample").length >= 10);
  const last = told(seen, "sample").at(-1)!.t;
  await until("later ones", () => recording.watch.latest("box")!.t > last + 200);
  expect(seen.slice(0, 2).map(({ type }) => type)).toEqual(["event", "container"]);
  expect(told(seen, "sample")).toHaveLength(10);
  expect(told(seen, "sample").every(({ n }) => n === 1)).toBe(true);
});

/** Watches a container while this event loop is blocked for 1.5 s. */
async function watchBlocked(source?: SampleSource) {
  const options = { project: newProject(), ...(source && { source }) };
  await using recording = await startRecording(engine, options);
  await using box = await createContainer(engine, {
    project,
    service: "box",
    command: sleep,
    memory,
  });
  await box.start();
  await until("a sample", () => recording.watch.latest("box"));
  const from = recording.now();
  while (recording.now() < from + 1500);
  await until("a sample afterwards", () => recording.watch.latest("box")!.t > from + 1500);
  return { from, ...(await recording.finish()) };
}

test("an event loop that was blocked is a gap where the engine is asked", async () => {
  const { from, rows } = await watchBlocked("stats-oneshot");
  const gaps = told(rows, "gap").filter(({ service }) => service === "box");
  // The answer of a question asked before may come after.
  expect(gaps.some((gap) => gap.t <= from && gap.until >= from + 1499)).toBe(true);
});

test("it is none where cgroup files are read: that has a process of its own", async ({ skip }) => {
  const { from, rows } = await watchBlocked();
  skip(told(rows, "container")[0]!.source.startsWith("stats-"), "this engine is asked");
  expect(told(rows, "gap")).toEqual([]);
  const samples = told(rows, "sample").filter(({ t, until: to }) => to >= from && t <= from + 1500);
  expect(samples.reduce((sum, { n }) => sum + n, 0)).toBeGreaterThan(20);
});

test("an engine that breaks off is seen and said", async () => {
  const { DOCKER_HOST: host = "unix:///var/run/docker.sock" } = engine.env;
  using proxy = await startProxy(host);
  const env = { ...process.env, DOCKER_HOST: `unix://${proxy.path}` };
  await using there = await acquireEngine({ progress: silent, env });
  await using recording = await startRecording(there, { project: newProject() });
  expect(recording.watch.lost.aborted).toBe(false);
  proxy.cut();
  await until("the loss", () => recording.watch.lost.aborted);
  expect(recording.watch.lost.reason).toMatchObject({ code: "EVENTS_LOST", exitCode: 69 });
});

test("a watch that was stopped is not lost", async () => {
  await using recording = await startRecording(engine, { project: newProject() });
  const { lost } = recording.watch;
  await recording.finish();
  expect(lost.aborted).toBe(false);
});

/** The stalls of a box that has been still for three seconds, however `stop` and `go` do that. */
async function stallsOf(
  stop: (box: Awaited<ReturnType<typeof createContainer>>) => Promise<unknown>,
  go: (box: Awaited<ReturnType<typeof createContainer>>) => Promise<unknown>,
) {
  await using recording = await startRecording(engine, { project: newProject() });
  const { watch, now } = recording;
  const busy = ["sh", "-c", "while :; do sleep 0.05; done"];
  await using box = await createContainer(engine, {
    project,
    service: "box",
    command: busy,
    memory,
  });
  await box.start();
  await until("a sample", () => watch.latest("box"));
  await stop(box);
  const from = now();
  await until("three seconds", () => now() > from + 3000);
  await go(box);
  const to = now();
  await until("a sample after", () => watch.latest("box")!.t > to + 500);
  const stalls = told((await recording.finish()).rows, "stall");
  return { from, to, stalls: stalls.filter(({ what }) => what === "box") };
}

test("a container that was paused stood still: one row, from its pause to its end", async () => {
  const { from, to, stalls } = await stallsOf(
    ({ container }) => container.pause(),
    ({ container }) => container.unpause(),
  );
  expect(stalls).toMatchObject([{ service: "box" }]);
  expect(Math.abs(stalls[0]!.t - from)).toBeLessThan(1000);
  expect(Math.abs(stalls[0]!.until - to)).toBeLessThan(1000);
});

test("so did one whose processes were all stopped, as far as files tell", async ({ skip }) => {
  skip(!engine.local, "this engine is asked");
  const send = (signal: string) => async (box: Awaited<ReturnType<typeof createContainer>>) => {
    const paths = engine.cgroup(box.container.id)!;
    const list =
      paths.version === 1 ? `${paths.pids}/cgroup.procs` : `${paths.folder}/cgroup.procs`;
    for (const id of readFileSync(list, "utf8").trim().split("\n"))
      process.kill(Number(id), signal);
  };
  const { from, to, stalls } = await stallsOf(send("SIGSTOP"), send("SIGCONT"));
  expect(stalls).toMatchObject([{ service: "box" }]);
  // Looked at once a second, from the last time that it was seen to move.
  expect(Math.abs(stalls[0]!.t - from)).toBeLessThan(1500);
  expect(Math.abs(stalls[0]!.until - to)).toBeLessThan(1500);
});
