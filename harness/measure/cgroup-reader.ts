import { sameValues } from "../record/sample.ts";
import type { SampleValues } from "../record/schema.ts";
import { NetworkCounters } from "./network.ts";
import { countTasks } from "./tasks.ts";

type Memory = Pick<SampleValues, "anon" | "workingSet" | "current" | "peak">;

/** The open files of one container's cgroup, whichever version. All throw once it is gone. */
export interface CgroupFiles {
  /** Tasks charged to the cgroup: threads too, and zombies until they are reaped. */
  pids(): number;
  memory(): Memory;
  /** Processor time used until now, milliseconds. */
  cpuMs(): number | null;
  oomKills(): number | null;
  /** Path of the list of processes, and of threads. */
  readonly processList: string;
  readonly threadList: string;
  close(): void;
}

/** Of a container that runs, everything is read at every 4th sample. */
const fullEvery = 4;
/** Of one that rests, at every 20th: others may send to it, or take its memory. */
const restingEvery = 20;

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
 * Who has used no processor time since everything was read has done nothing since: his sample is
 * that one. Else memory and `pids` are read each time; what costs most or moves slowly (the lists
 * of processes, the rising counters, traffic) at every 4th, and at once when `pids` has changed.
 */
export function cgroupReader(files: CgroupFiles): CgroupReader {
  const network = new NetworkCounters();
  let whole: SampleValues | undefined;
  let newest: SampleValues | undefined;
  let reads = 0;
  return {
    read() {
      const cpuMs = files.cpuMs();
      reads++;
      if (whole && cpuMs !== null && cpuMs === whole.cpuMs && reads < restingEvery) return whole;
      if (!newest || reads >= fullEvery || files.pids() !== newest.pids) {
        const now = readAll(files, network, cpuMs);
        newest = whole = whole && sameValues(whole, now) ? whole : now;
        reads = 0;
      } else {
        newest = { ...newest, ...files.memory() };
      }
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
function readAll(files: CgroupFiles, network: NetworkCounters, cpuMs: number | null): SampleValues {
  const { anyPid, ...tasks } = countTasks(files);
  const memory = files.memory();
  const oomKills = files.oomKills();
  if (tasks.processes === 0) return { ...nothing, cpuMs, oomKills, peak: memory.peak };
  return { ...memory, cpuMs, oomKills, ...tasks, ...network.read(anyPid) };
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
