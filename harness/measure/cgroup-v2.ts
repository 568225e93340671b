import type { SampleValues } from "../record/schema.ts";
import { field, openIfThere, openKernelFile } from "./kernel-file.ts";
import { NetworkCounters } from "./network.ts";
import { countTasks } from "./tasks.ts";

/** What the memory files say. memory.peak is there since Linux 5.19. */
export function parseMemoryV2(texts: {
  readonly stat: string;
  readonly current: string;
  readonly peak: string | undefined;
  readonly events: string;
}): Pick<SampleValues, "anon" | "workingSet" | "current" | "peak" | "oomKills"> {
  const current = Number(texts.current);
  const inactiveFile = field(texts.stat, "inactive_file") ?? 0;
  return {
    anon: field(texts.stat, "anon"),
    workingSet: Math.max(0, current - inactiveFile),
    current,
    peak: texts.peak === undefined ? null : Number(texts.peak),
    oomKills: field(texts.events, "oom_kill"),
  };
}

/** A reader of one container's cgroup v2 folder. `read` gives null when nothing lives there. */
export function cgroupV2Reader(path: string) {
  const stat = openKernelFile(`${path}/memory.stat`);
  const current = openKernelFile(`${path}/memory.current`);
  const peak = openIfThere(`${path}/memory.peak`);
  const events = openKernelFile(`${path}/memory.events`);
  const pidsCurrent = openKernelFile(`${path}/pids.current`);
  const cpu = openKernelFile(`${path}/cpu.stat`);
  const network = new NetworkCounters();
  return {
    read(): SampleValues | null {
      const tasks = countTasks(pidsCurrent, `${path}/cgroup.procs`, `${path}/cgroup.threads`);
      if (tasks.processes === 0) return null;
      const traffic = network.read(tasks.anyPid);
      const cpuUs = field(cpu.read(), "usage_usec");
      return {
        ...parseMemoryV2({
          stat: stat.read(),
          current: current.read(),
          peak: peak?.read(),
          events: events.read(),
        }),
        pids: tasks.pids,
        processes: tasks.processes,
        zombies: tasks.zombies,
        rx: traffic?.rx ?? null,
        tx: traffic?.tx ?? null,
        cpuMs: cpuUs === null ? null : cpuUs / 1e3,
      };
    },
    close() {
      for (const file of [stat, current, peak, events, pidsCurrent, cpu]) file?.close();
      network.close();
    },
  };
}
