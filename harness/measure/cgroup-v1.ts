import type { CgroupPaths } from "../engine/types.ts";
import type { CgroupFiles } from "./cgroup-reader.ts";
import { field, openKernelFile } from "./kernel-file.ts";

/** Opens a container's cgroup v1 files. In memory.stat the `total_` lines count children too. */
export function openCgroupV1(paths: Extract<CgroupPaths, { version: 1 }>): CgroupFiles {
  const stat = openKernelFile(`${paths.memory}/memory.stat`);
  const usage = openKernelFile(`${paths.memory}/memory.usage_in_bytes`);
  const maxUsage = openKernelFile(`${paths.memory}/memory.max_usage_in_bytes`);
  const oomControl = openKernelFile(`${paths.memory}/memory.oom_control`);
  const pids = openKernelFile(`${paths.pids}/pids.current`);
  const cpu = openKernelFile(`${paths.cpuacct}/cpuacct.usage`);
  return {
    pids: pids.readNumber,
    processList: `${paths.pids}/cgroup.procs`,
    threadList: `${paths.pids}/tasks`,
    memory() {
      const text = stat.read();
      const current = usage.readNumber();
      const inactiveFile = field(text, "total_inactive_file") ?? 0;
      return {
        anon: field(text, "total_rss"),
        workingSet: Math.max(0, current - inactiveFile),
        current,
        // Read after the usage, so that it can't be the smaller one.
        peak: maxUsage.readNumber(),
      };
    },
    cpuMs: () => cpu.readNumber() / 1e6,
    // Since Linux 4.13.
    oomKills: () => field(oomControl.read(), "oom_kill"),
    close() {
      for (const file of [stat, usage, maxUsage, oomControl, pids, cpu]) file.close();
    },
  };
}
