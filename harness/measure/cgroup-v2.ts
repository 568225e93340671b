import type { CgroupPaths } from "../engine/types.ts";
import type { CgroupFiles } from "./cgroup-reader.ts";
import { field, openIfThere, openKernelFile } from "./kernel-file.ts";

/** Opens a container's cgroup v2 files. */
export function openCgroupV2({ folder }: Extract<CgroupPaths, { version: 2 }>): CgroupFiles {
  const stat = openKernelFile(`${folder}/memory.stat`);
  const usage = openKernelFile(`${folder}/memory.current`);
  // Since Linux 5.19.
  const peak = openIfThere(`${folder}/memory.peak`);
  const events = openKernelFile(`${folder}/memory.events`);
  const pids = openKernelFile(`${folder}/pids.current`);
  const cpu = openKernelFile(`${folder}/cpu.stat`);
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
      };
    },
    cpuMs() {
      const usec = field(cpu.read(), "usage_usec");
      return usec === null ? null : usec / 1e3;
    },
    oomKills: () => field(events.read(), "oom_kill"),
    close() {
      for (const file of [stat, usage, peak, events, pids, cpu]) file?.close();
    },
  };
}
