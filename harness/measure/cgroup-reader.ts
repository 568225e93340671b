import type { SampleValues } from "../record/schema.ts";
import { NetworkCounters } from "./network.ts";
import { countTasks } from "./tasks.ts";

type Memory = Pick<SampleValues, "anon" | "workingSet" | "current" | "peak">;
type Counters = Pick<SampleValues, "oomKills" | "cpuMs">;

/** The open files of one container's cgroup, whichever version. All throw once it is gone. */
export interface CgroupFiles {
  /** Tasks charged to the cgroup: threads too, and zombies until they are reaped. */
  pids(): number;
  memory(): Memory;
  /** What only ever rises, and is no memory. */
  counters(): Counters;
  /** Path of the list of processes, and of threads. */
  readonly processList: string;
  readonly threadList: string;
  close(): void;
}

/** Everything is read at every 4th sample. */
const fullEvery = 4;

/** Reads one container's samples. */
export interface CgroupReader {
  /**
   * A sample of now; `processes` is null in the last one of a container that has ended.
   * Throws, like an answer of the kernel, when the cgroup is gone.
   */
  read(): SampleValues;
  close(): void;
}

/**
 * Memory and `pids` are read each time. What costs most or moves slowly (the lists of processes,
 * the rising counters, traffic) is read at every 4th sample, and at once when `pids` has changed.
 */
export function cgroupReader(files: CgroupFiles): CgroupReader {
  const network = new NetworkCounters();
  let newest: SampleValues | undefined;
  let reads = 0;
  return {
    read() {
      const pids = files.pids();
      const whole = pids !== newest?.pids || ++reads % fullEvery === 0;
      newest = whole || !newest ? readAll(files, network) : { ...newest, ...files.memory() };
      return newest;
    },
    close() {
      files.close();
      network.close();
    },
  };
}

/**
 * A whole sample. When the last process has ended but the cgroup is still there, the counters
 * are the kernel's last word; what a dead container holds and runs says nothing and is null.
 */
function readAll(files: CgroupFiles, network: NetworkCounters): SampleValues {
  const { anyPid, ...tasks } = countTasks(files);
  const memory = files.memory();
  const counters = files.counters();
  if (tasks.processes === 0) return { ...nothing, ...counters, peak: memory.peak };
  return { ...memory, ...counters, ...tasks, ...network.read(anyPid) };
}

const nothing = {
  anon: null,
  workingSet: null,
  current: null,
  pids: null,
  processes: null,
  zombies: null,
  rx: null,
  tx: null,
};
