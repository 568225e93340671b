import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseStats, statsTaker, type Stats } from "../../../harness/measure/stats.ts";

const recorded = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../fixtures/stats/${name}.json`, import.meta.url), "utf8"),
  ) as Stats;

test("an answer about cgroup v1 is a sample, but for what it cannot tell", () => {
  expect(parseStats(recorded("engine-26-cgroup-v1"), 2)).toEqual({
    anon: 4_423_680,
    workingSet: 9_498_624 - 4_194_304,
    current: 9_498_624,
    peak: 67_108_864,
    pids: 11,
    processes: null,
    zombies: null,
    rx: 736,
    tx: 0,
    cpuMs: 89.162194,
    oomKills: 2,
  });
});

test("an answer about cgroup v2 has other names, and no peak", () => {
  const answer = {
    read: "2026-11-21T05:00:00Z",
    memory_stats: { usage: 1000, stats: { anon: 600, inactive_file: 100, file: 400 } },
    pids_stats: { current: 3 },
    cpu_stats: { cpu_usage: { total_usage: 2_500_000 } },
    networks: {
      eth0: { rx_bytes: 1, tx_bytes: 10 },
      eth1: { rx_bytes: 2, tx_bytes: 20 },
    },
  };
  expect(parseStats(answer, 0)).toMatchObject({
    anon: 600,
    workingSet: 900,
    peak: null,
    pids: 3,
    rx: 3,
    tx: 30,
    cpuMs: 2.5,
  });
});

test("a container without a network has no traffic to tell", () => {
  const { networks: _, ...answer } = recorded("engine-26-cgroup-v1");
  expect(parseStats(answer, 0)).toMatchObject({ rx: null, tx: null });
});

describe("what is said of a container that does not run is no sample", () => {
  const living = recorded("engine-26-cgroup-v1");
  test.each([
    ["an empty object", {}],
    ["the year 1", { ...living, read: "0001-01-01T00:00:00Z" }],
    ["no memory", { ...living, memory_stats: {} }],
  ])("%s", (_what, answer) => {
    expect(parseStats(answer, 0)).toBeUndefined();
  });
});

describe("answers in a row", () => {
  const uncounted: Stats = {
    read: "2026-11-21T05:00:00Z",
    memory_stats: {},
    pids_stats: { current: 3 },
    cpu_stats: { cpu_usage: { total_usage: 2_500_000 } },
  };
  const take = (...answers: readonly Stats[]) => {
    const failed: (string | undefined)[] = [];
    let told = 0;
    const taker = statsTaker({
      ooms: () => 0,
      tell: () => told++,
      failed: (error) => failed.push((error as NodeJS.ErrnoException).code),
    });
    answers.forEach(taker);
    return { told, failed };
  };

  test("about what runs, all without its memory: there is no memory controller, said once", () => {
    const { told, failed } = take(...Array.from({ length: 9 }, () => uncounted));
    expect({ told, failed }).toEqual({ told: 0, failed: ["NO_MEMORY_CONTROLLER"] });
  });

  test("without memory at a container's end, or about one that has ended, mean nothing", () => {
    const counted = recorded("engine-26-cgroup-v1");
    const ended: Stats = { read: "2026-11-21T05:00:00Z", memory_stats: {}, pids_stats: {} };
    expect(take(counted, uncounted, uncounted, uncounted, ended).failed).toEqual([]);
    expect(take(ended, ended, ended, ended).failed).toEqual([]);
    expect(take(uncounted, uncounted, counted)).toEqual({ told: 1, failed: [] });
  });
});
