import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acquireEngine } from "../../harness/engine/index.ts";
import { silent } from "../../harness/progress.ts";
import type { ContainerRow, Row, SampleRow, SampleValues } from "../../harness/record/index.ts";
import { converse, createContainer, createNetwork } from "../support/container.ts";
import { helperOf } from "../support/helper.ts";
import { startRecording } from "../support/recording.ts";
import { until } from "../support/until.ts";

/**
 * A container does known things, one at a time, while every kind of sampler watches one like it.
 * What the record says must be what was done: within 2 %, or exact where things are counted.
 */
const MiB = 1024 ** 2;
const script = readFileSync(new URL("../support/known_truth.py", import.meta.url), "utf8");
const memory = 256 * MiB;
const sources = ["best", "helper", "stats-oneshot", "stats-stream"] as const;
/** Those by which files are read, in a process here or in a container on the engine. */
const isFiles = (source: (typeof sources)[number]) => source === "best" || source === "helper";

interface Step {
  readonly command: string;
  /** What must change from the end of the step before to the end of this one. */
  readonly changes: Partial<Record<keyof SampleValues, number>>;
  /** How far off a change may be, where that is not 2 % of it. */
  readonly slack?: number;
}

const steps: readonly Step[] = [
  { command: "spike 96", changes: { anon: 0, current: 0 }, slack: MiB },
  { command: "allocate 64", changes: { anon: 0, current: 0 }, slack: MiB },
  { command: "use", changes: { anon: 64 * MiB, current: 64 * MiB, workingSet: 64 * MiB } },
  { command: "free", changes: { anon: -64 * MiB, current: -64 * MiB, peak: 0 } },
  {
    command: "tmpfs 48",
    changes: { current: 48 * MiB, workingSet: 48 * MiB, shmem: 48 * MiB, fds: 0 },
  },
  // What the kernel needs to keep book of the file's pages is charged as well: about 3 % of them.
  { command: "mapped 48", changes: { anon: 0, current: 48 * MiB }, slack: 2 * MiB },
  { command: "fork 5", changes: { pids: 5, processes: 5, zombies: 0, oomKills: 0 } },
  { command: "thread 3", changes: { pids: 3, processes: 0, zombies: 0 } },
  { command: "end", changes: { pids: 0, processes: -5, zombies: 5 } },
  { command: "reap", changes: { pids: -5, processes: 0, zombies: -5 } },
  { command: "burn 1", changes: { cpuMs: 1000 } },
  // 1000 bytes of data and 42 bytes of headers, there and back.
  { command: "talk 1000", changes: { rx: 1_042_000, tx: 1_042_000 } },
  { command: "devour 300", changes: { oomKills: 1 } },
];

const engine = await acquireEngine({ progress: silent });
const records = new Map<string, readonly Row[]>();

beforeAll(async () => {
  await Promise.all(sources.map(async (source) => records.set(source, await replay(source))));
});
afterAll(() => engine[Symbol.asyncDispose]());

async function replay(source: (typeof sources)[number]): Promise<readonly Row[]> {
  const project = `truth-${source}-${process.pid}`;
  await using network = await createNetwork(engine, project);
  await using helper = source === "helper" ? helperOf(engine, project) : undefined;
  await using recording = await startRecording(engine, {
    project,
    ...(!isFiles(source) && { source }),
    ...(helper && { sampling: helper }),
  });
  const base = { project, command: ["python3", "-c", script], memory, network: network.name };
  await using peer = await createContainer(engine, { ...base, service: "peer" });
  await using box = await createContainer(engine, { ...base, service: "box" });
  const [tellPeer, tell] = [await converse(engine, peer), await converse(engine, box)];
  await peer.start();
  await box.start();
  await tellPeer("peer");
  await tell("spike 1");

  const { watch } = recording;
  const settled = async (step: Step | undefined) => {
    const began = recording.now();
    let taken = 0;
    const stop = watch.onRow((row) => {
      if (row.type === "sample" && row.service === "box" && row.t > began) taken++;
    });
    // Cgroup files are all read at every 4th sample; what the engine says may be just too old.
    const enough = isFiles(source) ? 5 : 2;
    // The kernel brings the memory statistics of a cgroup up to date every two seconds.
    const from = began + (step?.changes.current === undefined ? 0 : 2100);
    const settles = () => taken >= enough && watch.latest("box")!.t > from;
    await until("a settled sample", settles, 60_000);
    stop();
  };
  recording.phase("begin");
  await settled(undefined);
  for (const step of steps) {
    recording.phase(step.command);
    expect((await tell(step.command))["signal"]).toBe(
      step.command.startsWith("devour") ? 9 : undefined,
    );
    await settled(step);
  }
  recording.phase("leave");
  await tell("leave 7").catch(() => "it leaves without an answer");
  await until("its end", () => watch.events("box", "die")[0]);
  return (await recording.finish()).rows;
}

/** The last sample of the box in each phase. */
function ends(rows: readonly Row[]): ReadonlyMap<string, SampleRow> {
  const found = new Map<string, SampleRow>();
  let phase = "";
  for (const row of rows) {
    if (row.type === "phase") phase = row.name;
    if (row.type === "sample" && row.service === "box") found.set(phase, row);
  }
  return found;
}

/** Files where they can be read, and no fallback. */
const files = `cgroup-v${engine.facts.cgroup}` as const;
const sourceOf = (source: (typeof sources)[number]) => {
  if (source === "best") return engine.local ? files : expect.any(String);
  return source === "helper" ? files : source;
};

describe.each(sources)("measured by %s", (source) => {
  /** What the engine does not say; where it is not local, it is the best source there is. */
  const untold = (metric: keyof SampleValues) => {
    const row = records.get(source)!.find(({ type }) => type === "container") as ContainerRow;
    return (
      row.source.startsWith("stats-") &&
      (metric === "processes" ||
        metric === "zombies" ||
        metric === "shmem" ||
        metric === "fds" ||
        (metric === "peak" && engine.facts.cgroup === 2))
    );
  };

  test.each(steps)("$command", ({ command, changes, slack }) => {
    const samples = ends(records.get(source)!);
    const index = steps.findIndex((step) => step.command === command);
    const before = samples.get(steps[index - 1]?.command ?? "begin")!;
    const after = samples.get(command)!;
    for (const [key, change] of Object.entries(changes)) {
      const metric = key as keyof SampleValues;
      const [from, to] = [before[metric], after[metric]];
      if (untold(metric)) {
        expect(to ?? null, metric).toBeNull();
        continue;
      }
      const off = Math.abs(to! - from! - change);
      expect(off, `${metric}: ${from} to ${to}`).toBeLessThanOrEqual(
        slack ?? Math.abs(change) * 0.02,
      );
    }
  });

  test("a spike shorter than any sample is in the kernel's peak", () => {
    const samples = ends(records.get(source)!);
    const after = samples.get("spike 96")!;
    if (untold("peak")) return expect(after.peak).toBeNull();
    const rise = after.peak! - samples.get("begin")!.current!;
    expect(Math.abs(rise - 96 * MiB)).toBeLessThanOrEqual(0.02 * 96 * MiB);
    expect(after.current).toBeLessThan(16 * MiB);
  });

  test("a child's OOM kill is an event, and the container lives on to its own exit code", () => {
    const events = records.get(source)!.filter((row) => row.type === "event");
    const box = events.filter((row) => row.service === "box");
    expect(box.map((row) => row.action)).toEqual(["start", "oom", "die"]);
    expect(box.at(-1)).toMatchObject({ exitCode: 7 });
  });

  test("the container's row says what it is and how it is measured", () => {
    const rows = records.get(source)!.filter((row) => row.type === "container");
    expect(rows.find((row) => row.service === "box")).toMatchObject({
      image: "aftershock/base:bullseye",
      limits: { memory, pids: 64, cpus: null },
      source: sourceOf(source),
      ...(source === "helper" && { by: "helper" }),
      ...(sourceOf(source) === files && { pace: expect.any(Number) }),
      hz: source === "stats-stream" ? 1 : source === "stats-oneshot" ? 5 : expect.any(Number),
    });
  });
});
