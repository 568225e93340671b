import type { CgroupPaths } from "../engine/types.ts";
import type { CgroupFiles } from "./cgroup-reader.ts";
import { field, openTogether } from "./kernel-file.ts";

/** Opens a container's cgroup v1 files. In memory.stat the `total_` lines count children too. */
export function openCgroupV1(paths: Extract<CgroupPaths, { version: 1 }>): CgroupFiles {
  return openTogether(({ open, openIfThere }) => {
    const stat = open(`${paths.memory}/memory.stat`);
    const usage = open(`${paths.memory}/memory.usage_in_bytes`);
    const maxUsage = open(`${paths.memory}/memory.max_usage_in_bytes`);
    const oomControl = open(`${paths.memory}/memory.oom_control`);
    const pids = open(`${paths.pids}/pids.current`);
    const cpuUsage = open(`${paths.cpuacct}/cpuacct.usage`);
    // A kernel may be without these controllers.
    const cpu = openIfThere(`${paths.cpu}/cpu.stat`);
    const freezer = openIfThere(`${paths.freezer}/freezer.state`);
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
          shmem: field(text, "total_shmem"),
        };
      },
      cpuMs: () => cpuUsage.readNumber() / 1e6,
      // Since Linux 4.13.
      oomKills: () => field(oomControl.read(), "oom_kill"),
      throttledMs: () => inMs(cpu ? field(cpu.read(), "throttled_time") : null),
      // No pressure file on v1.
      pressureMs: () => null,
      frozen: () => freezer !== undefined && freezer.read().trim() !== "THAWED",
    };
  });
}

const inMs = (nanoseconds: number | null) => (nanoseconds === null ? null : nanoseconds / 1e6);
