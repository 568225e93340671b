import { spawn } from "node:child_process";
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cgroupReader, type CgroupReader } from "../../../harness/measure/cgroup-reader.ts";
import { openCgroupV1 } from "../../../harness/measure/cgroup-v1.ts";
import { openCgroupV2 } from "../../../harness/measure/cgroup-v2.ts";
import { steady } from "../../../harness/measure/clock.ts";
import { until } from "../../support/until.ts";
import type { SampleValues } from "../../../harness/record/index.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
let folder: string;
let reader: CgroupReader | undefined;
let told: SampleValues[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  told = [];
  reader = undefined;
});
afterEach(() => {
  reader?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Copies a cgroup's files as they were recorded (v2: Linux 6.12); its first process is this one. */
function given(version: "cgroup-v1" | "cgroup-v2"): void {
  cpSync(join(fixtures, version), folder, { recursive: true });
  write("cgroup.procs", `${process.pid}\n108\n109\n`);
}
const write = (name: string, text: string | number) => writeFileSync(join(folder, name), `${text}`);
const v1 = (at: string) =>
  ({ version: 1, memory: at, pids: at, cpuacct: at, cpu: at, freezer: at }) as const;
/** Its processes have used so much processor time by now, milliseconds. */
const ran = (ms: number) => write("cpu.stat", `usage_usec ${ms * 1000}\n`);
const start = (version: "cgroup-v1" | "cgroup-v2") => {
  given(version);
  const files =
    version === "cgroup-v1" ? openCgroupV1(v1(folder)) : openCgroupV2({ version: 2, folder });
  reader = cgroupReader(files);
  read();
};
const read = () => told.push(reader!.read());

test("cgroup v1 files give a whole sample", () => {
  start("cgroup-v1");
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
      shmem: 0,
      fds: expect.any(Number),
      sockets: expect.any(Number),
      waitMs: expect.any(Number),
      throttledMs: 1234.5,
    },
  ]);
});

test("cgroup v2 files give a whole sample", () => {
  start("cgroup-v2");
  expect(told).toEqual([
    {
      anon: 18_452_480,
      workingSet: 36_560_896 - 16_777_216,
      current: 36_560_896,
      peak: 67_108_864,
      pids: 9,
      processes: 3,
      zombies: 4,
      rx: expect.any(Number),
      tx: expect.any(Number),
      cpuMs: 7655.36,
      oomKills: 1,
      shmem: 0,
      fds: expect.any(Number),
      sockets: expect.any(Number),
      waitMs: 4321,
      throttledMs: 0,
    },
  ]);
});

test("a kernel without memory.peak gives no peak, not a wrong one", () => {
  given("cgroup-v2");
  rmSync(join(folder, "memory.peak"));
  reader = cgroupReader(openCgroupV2({ version: 2, folder }));
  read();
  expect(told[0]).toMatchObject({ peak: null, current: 36_560_896 });
});

describe("of a container that runs", () => {
  test("memory, its peak and the number of tasks are new each time", () => {
    start("cgroup-v2");
    ran(1);
    write("memory.current", 50_000_000);
    write("memory.peak", 70_000_000);
    read();
    expect(told[1]).toMatchObject({ current: 50_000_000, peak: 70_000_000, cpuMs: 7655.36 });
  });

  test("everything is new by the fourth", () => {
    start("cgroup-v2");
    ran(8000);
    for (let n = 0; n < 4; n++) read();
    expect(told.map(({ cpuMs }) => cpuMs)).toEqual([7655.36, 7655.36, 7655.36, 7655.36, 8000]);
  });

  test("everything is new at once when the number of tasks changes", () => {
    start("cgroup-v2");
    ran(8000);
    write("pids.current", 8);
    write("memory.events", "oom 3\noom_kill 2\n");
    read();
    expect(told[1]).toMatchObject({ pids: 8, zombies: 3, oomKills: 2 });
  });
});

describe("of a container that rests", () => {
  test.each(["cgroup-v1", "cgroup-v2"] as const)("samples are the one before (%s)", (version) => {
    start(version);
    for (let n = 1; n < 20; n++) read();
    expect(told.every((sample) => sample === told[0])).toBe(true);
  });

  test("everything is read once a second: others may send to it, or take its memory", () => {
    start("cgroup-v2");
    write("memory.current", 20_000_000);
    for (let n = 1; n <= 20; n++) read();
    expect(told[19]).toMatchObject({ current: 36_560_896 });
    expect(told[20]).toMatchObject({ current: 20_000_000 });
  });

  test("what was begun is read to its end: nothing of the last work is missed", () => {
    start("cgroup-v2");
    ran(8000);
    read();
    write("memory.current", 50_000_000);
    write("memory.events", "oom 3\noom_kill 2\n");
    for (let n = 0; n < 3; n++) read();
    expect(told[4]).toMatchObject({ current: 50_000_000, oomKills: 2, cpuMs: 8000 });
  });
});

describe("of what moves slowly", () => {
  test("descriptors are counted anew at the twentieth sample, not before", () => {
    start("cgroup-v2");
    const before = told[0]!.fds!;
    const files = Array.from({ length: 50 }, () => openSync("/dev/null", "r"));
    for (let n = 1; n <= 19; n++) {
      ran(8000 + n);
      read();
    }
    expect(told[19]).toMatchObject({ fds: before });
    ran(9000);
    read();
    files.forEach(closeSync);
    expect(told[20]!.fds! - before).toBeGreaterThanOrEqual(50);
    expect(told[20]!.fds! - before).toBeLessThan(60);
  });
});

describe("a container that stands still", () => {
  const freeze = (yes: boolean) => write("cgroup.events", `populated 1\nfrozen ${yes ? 1 : 0}\n`);

  test("is seen within twenty samples, and so is its end", () => {
    const began = steady();
    start("cgroup-v2");
    expect(reader!.standsSince()).toBeUndefined();
    freeze(true);
    for (let n = 1; n <= 20; n++) read();
    expect(reader!.standsSince()).toBeGreaterThanOrEqual(began);
    freeze(false);
    ran(8000);
    for (let n = 1; n <= 4; n++) read();
    expect(reader!.standsSince()).toBeUndefined();
  });

  test("also where its processes were stopped, and not when one of them was", async () => {
    const [one, other] = [spawn("sleep", ["60"]), spawn("sleep", ["60"])];
    try {
      given("cgroup-v1");
      write("cgroup.procs", `${one.pid}\n${other.pid}\n`);
      write("tasks", `${one.pid}\n${other.pid}\n`);
      reader = cgroupReader(openCgroupV1(v1(folder)));
      read();
      one.kill("SIGSTOP");
      await until("one stopped", () => isStopped(one.pid!));
      for (let n = 1; n <= 20; n++) read();
      expect(reader.standsSince()).toBeUndefined();
      other.kill("SIGSTOP");
      await until("both stopped", () => isStopped(other.pid!));
      for (let n = 1; n <= 20; n++) read();
      expect(reader.standsSince()).toEqual(expect.any(Number));
    } finally {
      one.kill("SIGKILL");
      other.kill("SIGKILL");
    }
  });
  const isStopped = (pid: number) => / T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
});

describe("at the container's end", () => {
  test("the counters are the last word, and what died has no memory", () => {
    start("cgroup-v2");
    write("cgroup.procs", "");
    write("pids.current", 0);
    write("memory.peak", 99_000_000);
    ran(9000);
    read();
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
      cpuMs: 9000,
      oomKills: 1,
      waitMs: 4321,
      throttledMs: null,
    });
  });

  test("a cgroup that is gone answers as the kernel does", () => {
    start("cgroup-v2");
    ran(9000);
    rmSync(join(folder, "cgroup.procs"));
    write("pids.current", 1);
    expect(read).toThrow("ENOENT");
  });
});

describe("a cgroup that cannot be opened", () => {
  const openFiles = () => readdirSync("/proc/self/fd").length;

  test.each([
    ["cgroup-v1", "pids.current"],
    ["cgroup-v2", "cpu.stat"],
  ] as const)("leaves no file open (%s vanished before %s)", (version, gone) => {
    given(version);
    rmSync(join(folder, gone));
    const before = openFiles();
    for (let n = 0; n < 5; n++) {
      expect(() =>
        version === "cgroup-v1" ? openCgroupV1(v1(folder)) : openCgroupV2({ version: 2, folder }),
      ).toThrow("ENOENT");
    }
    expect(openFiles()).toBe(before);
  });

  test("because nobody counts its memory says so", () => {
    given("cgroup-v2");
    rmSync(join(folder, "memory.stat"));
    expect(() => openCgroupV2({ version: 2, folder })).toThrow(
      expect.objectContaining({ code: "NO_MEMORY_CONTROLLER" }),
    );
  });
});
