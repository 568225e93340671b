import { sameValues } from "../record/sample.ts";
import type { SampleValues } from "../record/schema.ts";
import { NetworkCounters } from "./network.ts";
import { countTasks } from "./tasks.ts";

type Memory = Pick<SampleValues, "anon" | "workingSet" | "current" | "peak">;

/** The open files of one container's cgroup, whichever version. All throw once it is gone. */
export interface CgroupFiles {
  /** Tasks charged to the cgroup: threads too, and zombies until they are reaped. */
  pids(): number;
  /** Bytes charged to the cgroup. */
  current(): number;
  /** What these bytes are, and the most that they have been. */
  memory(current: number): Memory;
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
 * that one. Else `pids` and what is charged are read each time, and what the charge is made of when
 * it has changed; what costs most or moves slowly (the lists of processes, the rising counters,
 * traffic) at every 4th, and at once when `pids` has changed.
 */
export function cgroupReader(files: CgroupFiles): CgroupReader {
  const network = new NetworkCounters();
  let whole: SampleValues | undefined;
  let newest: SampleValues | undefined;
  let reads = 0;
  return {
    read() {
      reads++;
      if (whole && newest === whole && reads < restingEvery && rests(files, whole)) return whole;
      if (!newest || reads >= fullEvery || files.pids() !== newest.pids) {
        const now = readAll(files, network);
        newest = whole = whole && sameValues(whole, now) ? whole : now;
        reads = 0;
      } else {
        const current = files.current();
        if (current !== newest.current) newest = { ...newest, ...files.memory(current) };
      }
      return newest;
    },
    close() {
      files.close();
      network.close();
    },
  };
}

function rests(files: CgroupFiles, { cpuMs }: SampleValues): boolean {
  return cpuMs !== null && cpuMs === files.cpuMs();
}

/**
 * A whole sample; processor time first, so that none of it means that nothing was done since. When the last process has ended but the cgroup is still there, the counters
 * are the kernel's last word; what a dead container holds and runs says nothing and is null.
 */
function readAll(files: CgroupFiles, network: NetworkCounters): SampleValues {
  const cpuMs = files.cpuMs();
  const { anyPid, ...tasks } = countTasks(files);
  const memory = files.memory(files.current());
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
