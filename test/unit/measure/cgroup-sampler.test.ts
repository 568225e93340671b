import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cgroupSampler, type CgroupFiles } from "../../../harness/measure/cgroup-sampler.ts";
import { openCgroupV1 } from "../../../harness/measure/cgroup-v1.ts";
import { openCgroupV2 } from "../../../harness/measure/cgroup-v2.ts";
import type { Sampler } from "../../../harness/measure/sampler.ts";
import type { SampleValues } from "../../../harness/record/index.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
let folder: string;
let sampler: Sampler | undefined;
let told: SampleValues[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  told = [];
});
afterEach(() => {
  sampler?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Copies a recorded cgroup; its first process is this one, whose traffic can be read. */
function recorded(version: "cgroup-v1" | "cgroup-v2"): void {
  cpSync(join(fixtures, version), folder, { recursive: true });
  write("cgroup.procs", `${process.pid}\n108\n109\n`);
}
const write = (name: string, text: string | number) => writeFileSync(join(folder, name), `${text}`);
const start = (version: "cgroup-v1" | "cgroup-v2") => {
  recorded(version);
  const files: CgroupFiles =
    version === "cgroup-v1"
      ? openCgroupV1({ version: 1, memory: folder, pids: folder, cpuacct: folder })
      : openCgroupV2({ version: 2, folder });
  sampler = cgroupSampler(version, files, 20, (values) => told.push(values));
  return sampler;
};

test("cgroup v1 files give a whole sample", () => {
  start("cgroup-v1").tick();
  expect(told).toEqual([
    {
      anon: 4_423_680,
      workingSet: 9_498_624 - 4_194_304,
      current: 9_498_624,
      peak: 67_108_864,
      pids: 11,
      processes: 3,
      zombies: 5,
      rx: expect.any(Number),
      tx: expect.any(Number),
      cpuMs: 89.162194,
      oomKills: 1,
    },
  ]);
});

test("cgroup v2 files give a whole sample", () => {
  start("cgroup-v2").tick();
  expect(told).toEqual([
    {
      anon: 12_320_768,
      workingSet: 34_426_880 - 7_340_032,
      current: 34_426_880,
      peak: 67_112_960,
      pids: 9,
      processes: 3,
      zombies: 4,
      rx: expect.any(Number),
      tx: expect.any(Number),
      cpuMs: 1234.567,
      oomKills: 1,
    },
  ]);
});

test("a kernel without memory.peak gives no peak, not a wrong one", () => {
  recorded("cgroup-v2");
  rmSync(join(folder, "memory.peak"));
  sampler = cgroupSampler("cgroup-v2", openCgroupV2({ version: 2, folder }), 20, (v) =>
    told.push(v),
  );
  sampler.tick();
  expect(told[0]).toMatchObject({ peak: null, current: 34_426_880 });
});

describe("between two full samples", () => {
  test("memory, its peak and the number of tasks are new each time", () => {
    start("cgroup-v2").tick();
    write("memory.current", 50_000_000);
    write("memory.peak", 70_000_000);
    sampler!.tick();
    expect(told[1]).toMatchObject({ current: 50_000_000, peak: 70_000_000, cpuMs: 1234.567 });
  });

  test("everything is new by the fourth", () => {
    start("cgroup-v2").tick();
    write("cpu.stat", "usage_usec 2000000\n");
    for (let n = 0; n < 4; n++) sampler!.tick();
    expect(told.map(({ cpuMs }) => cpuMs)).toEqual([1234.567, 1234.567, 1234.567, 1234.567, 2000]);
  });

  test("everything is new at once when the number of tasks changes", () => {
    start("cgroup-v2").tick();
    write("pids.current", 8);
    write("memory.events", "oom 3\noom_kill 2\n");
    sampler!.tick();
    expect(told[1]).toMatchObject({ pids: 8, zombies: 3, oomKills: 2 });
  });
});

describe("at the container's end", () => {
  test("the counters are the last word, what died has no memory, and nothing follows", () => {
    start("cgroup-v2").tick();
    write("cgroup.procs", "");
    write("pids.current", 0);
    write("memory.peak", 99_000_000);
    write("cpu.stat", "usage_usec 3000000\n");
    sampler!.tick();
    sampler!.tick();
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual({
      anon: null,
      workingSet: null,
      current: null,
      peak: 99_000_000,
      pids: null,
      processes: null,
      zombies: null,
      rx: null,
      tx: null,
      cpuMs: 3000,
      oomKills: 1,
    });
  });

  test("a cgroup that is gone ends the sampling without a word", () => {
    start("cgroup-v2").tick();
    rmSync(join(folder, "cgroup.procs"));
    write("pids.current", 1);
    sampler!.tick();
    write("cgroup.procs", `${process.pid}\n`);
    sampler!.tick();
    expect(told).toHaveLength(1);
  });

  test("any other trouble is not taken for the end", () => {
    start("cgroup-v2").tick();
    rmSync(join(folder, "cgroup.procs"));
    mkdirSync(join(folder, "cgroup.procs"));
    write("pids.current", 1);
    expect(() => sampler!.tick()).toThrow("EISDIR");
  });
});
