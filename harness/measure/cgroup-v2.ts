import { existsSync } from "node:fs";
import type { CgroupPaths } from "../engine/types.ts";
import type { CgroupFiles } from "./cgroup-reader.ts";
import { field, openTogether, type KernelFile } from "./kernel-file.ts";
import { noMemoryController } from "./no-memory-controller.ts";

/**
 * Opens a container's cgroup v2 files.
 * @throws NO_MEMORY_CONTROLLER where the cgroup is there, but nobody counts its memory
 */
export function openCgroupV2({ folder }: Extract<CgroupPaths, { version: 2 }>): CgroupFiles {
  if (!existsSync(`${folder}/memory.stat`) && existsSync(`${folder}/cgroup.procs`)) {
    throw noMemoryController();
  }
  return openTogether(({ open, openIfThere }) => {
    const stat = open(`${folder}/memory.stat`);
    const usage = open(`${folder}/memory.current`);
    // Since Linux 5.19.
    const peak = openIfThere(`${folder}/memory.peak`);
    const memoryEvents = open(`${folder}/memory.events`);
    const pids = open(`${folder}/pids.current`);
    const cpu = open(`${folder}/cpu.stat`);
    const pressure = openIfThere(`${folder}/cpu.pressure`);
    const events = openIfThere(`${folder}/cgroup.events`);
    return {
      pids: pids.readNumber,
      processList: `${folder}/cgroup.procs`,
      threadList: `${folder}/cgroup.threads`,
      memory() {
        const text = stat.read();
        const current = usage.readNumber();
        const inactiveFile = field(text, "inactive_file") ?? 0;
        return {
          anon: field(text, "anon"),
          workingSet: Math.max(0, current - inactiveFile),
          current,
          // Read after the usage, so that it can't be the smaller one.
          peak: peak?.readNumber() ?? null,
          shmem: field(text, "shmem"),
        };
      },
      cpuMs: () => inMs(field(cpu.read(), "usage_usec")),
      oomKills: () => field(memoryEvents.read(), "oom_kill"),
      throttledMs: () => inMs(field(cpu.read(), "throttled_usec")),
      pressureMs: () => pressureMs(pressure),
      frozen: () => events !== undefined && field(events.read(), "frozen") === 1,
    };
  });
}

/** For how long some task has waited: `total` of the line that begins with "some". */
function pressureMs(file: KernelFile | undefined): number | null {
  try {
    const total = /^some .*total=(\d+)/.exec(file?.read() ?? "")?.[1];
    return total === undefined ? null : Number(total) / 1e3;
  } catch {
    return null; // The file is there, but the kernel was started without counting.
  }
}

const inMs = (microseconds: number | null) => (microseconds === null ? null : microseconds / 1e3);
