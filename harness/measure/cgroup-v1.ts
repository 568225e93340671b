import type { CgroupPaths } from "../engine/types.ts";
import type { SampleValues } from "../record/schema.ts";
import { field, openKernelFile } from "./kernel-file.ts";
import { NetworkCounters } from "./network.ts";
import { countTasks } from "./tasks.ts";

/** What memory.stat, the usage counters and memory.oom_control say. `total_` counts children. */
export function parseMemoryV1(texts: {
  readonly stat: string;
  readonly usage: string;
  readonly maxUsage: string;
  readonly oomControl: string;
}): Pick<SampleValues, "anon" | "workingSet" | "current" | "peak" | "oomKills"> {
  const current = Number(texts.usage);
  const inactiveFile = field(texts.stat, "total_inactive_file") ?? 0;
  return {
    anon: field(texts.stat, "total_rss"),
    workingSet: Math.max(0, current - inactiveFile),
    current,
    peak: Number(texts.maxUsage),
    oomKills: field(texts.oomControl, "oom_kill"),
  };
}

/** A reader of one container's cgroup v1 files. `read` gives null when nothing lives there. */
export function cgroupV1Reader(paths: Extract<CgroupPaths, { version: 1 }>) {
  const stat = openKernelFile(`${paths.memory}/memory.stat`);
  const usage = openKernelFile(`${paths.memory}/memory.usage_in_bytes`);
  const maxUsage = openKernelFile(`${paths.memory}/memory.max_usage_in_bytes`);
  const oomControl = openKernelFile(`${paths.memory}/memory.oom_control`);
  const pidsCurrent = openKernelFile(`${paths.pids}/pids.current`);
  const cpu = openKernelFile(`${paths.cpuacct}/cpuacct.usage`);
  const network = new NetworkCounters();
  return {
    read(): SampleValues | null {
      const tasks = countTasks(pidsCurrent, `${paths.pids}/cgroup.procs`, `${paths.pids}/tasks`);
      if (tasks.processes === 0) return null;
      const traffic = network.read(tasks.anyPid);
      return {
        ...parseMemoryV1({
          stat: stat.read(),
          usage: usage.read(),
          maxUsage: maxUsage.read(),
          oomControl: oomControl.read(),
        }),
        pids: tasks.pids,
        processes: tasks.processes,
        zombies: tasks.zombies,
        rx: traffic?.rx ?? null,
        tx: traffic?.tx ?? null,
        cpuMs: Number(cpu.read()) / 1e6,
      };
    },
    close() {
      for (const file of [stat, usage, maxUsage, oomControl, pidsCurrent, cpu]) file.close();
      network.close();
    },
  };
}
