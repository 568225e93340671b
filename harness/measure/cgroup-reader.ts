import { sameValues } from "../record/sample.ts";
import type { SampleValues } from "../record/schema.ts";
import { steady } from "./clock.ts";
import { countDescriptors, SocketCounter } from "./descriptors.ts";
import { NetworkCounters } from "./network.ts";
import { allStopped, findTasks } from "./tasks.ts";
import { WaitCounter } from "./waiting.ts";

type Memory = Pick<SampleValues, "anon" | "workingSet" | "current" | "peak" | "shmem">;

/** The open files of one container's cgroup, whichever version. All throw once it is gone. */
export interface CgroupFiles {
  /** Tasks charged to the cgroup: threads too, and zombies until they are reaped. */
  pids(): number;
  memory(): Memory;
  /** Processor time used until now, milliseconds. */
  cpuMs(): number | null;
  oomKills(): number | null;
  /** For how long it was held to its own processor limit until now, milliseconds. */
  throttledMs(): number | null;
  /** For how long some task of it waited for a processor, milliseconds; null where nobody counts. */
  pressureMs(): number | null;
  /** Whether the kernel keeps all of it from running. */
  frozen(): boolean;
  /** Path of the list of processes, and of threads. */
  readonly processList: string;
  readonly threadList: string;
  close(): void;
}

/** Of a container that runs, everything is read at every 4th sample. */
const fullEvery = 4;
/** Of one that rests, at every 20th: others may send to it, or take its memory. */
const restingEvery = 20;
/** Descriptors and sockets, of any, at every 20th at most: each process is asked. */
const slowEvery = 20;

/** Reads one container's samples. */
export interface CgroupReader {
  /**
   * A sample of now; `processes` is null in the last one of a container that has ended.
   * Throws, like an answer of the kernel, when the cgroup is gone.
   */
  read(): SampleValues;
  /** Since when at most it stands still, frozen or stopped, by the `steady` clock; seen within a second or so. */
  standsSince(): number | undefined;
  close(): void;
}

/**
 * Who has used no processor time since everything was read has done nothing since: his sample is
 * that one. Else memory and `pids` are read each time; what costs most or moves slowly (the lists
 * of processes, the rising counters, traffic) at every 4th, and at once when `pids` has changed.
 */
export function cgroupReader(files: CgroupFiles): CgroupReader {
  const box = wholeReader(files);
  let whole: SampleValues | undefined;
  let newest: SampleValues | undefined;
  let reads = 0;
  let movedAt = steady();
  let stands = false;
  return {
    read() {
      const cpuMs = files.cpuMs();
      const rests = whole !== undefined && cpuMs !== null && cpuMs === whole.cpuMs;
      reads++;
      if (whole && rests && reads < restingEvery) return whole;
      if (!newest || reads >= fullEvery || files.pids() !== newest.pids) {
        const now = box.read(cpuMs, reads);
        newest = whole = whole && sameValues(whole, now) ? whole : now;
        reads = 0;
        // Only who rests can stand still: nobody else need be looked at.
        stands = rests && box.standsStill();
        if (!stands) movedAt = steady();
      } else {
        newest = { ...newest, ...files.memory() };
      }
      return newest;
    },
    standsSince: () => (stands ? movedAt : undefined),
    close() {
      files.close();
      box.close();
    },
  };
}

/** Reads whole samples. */
function wholeReader(files: CgroupFiles) {
  const network = new NetworkCounters();
  const sockets = new SocketCounter();
  const waits = new WaitCounter();
  let processes: readonly number[] = [];
  let slow: Pick<SampleValues, "fds" | "sockets"> = {};
  let sinceSlow = slowEvery;

  /** What moves slowly and costs most. */
  function readSlow(reads: number) {
    sinceSlow += reads;
    if (sinceSlow < slowEvery) return slow;
    sinceSlow = 0;
    return (slow = { fds: countDescriptors(processes), sockets: sockets.read(processes[0]!) });
  }
  return {
    /**
     * When the last process has ended but the cgroup is still there, the counters are the kernel's
     * last word; what a dead container holds and runs says nothing and is null.
     */
    read(cpuMs: number | null, reads: number): SampleValues {
      const { threads, ...tasks } = findTasks(files);
      processes = tasks.processes;
      const memory = files.memory();
      const counters = {
        cpuMs,
        oomKills: files.oomKills(),
        waitMs: files.pressureMs() ?? waits.read(threads),
        throttledMs: files.throttledMs(),
      };
      if (processes.length === 0) return { ...nothing, ...counters, peak: memory.peak };
      return {
        ...memory,
        ...counters,
        ...tasks,
        processes: processes.length,
        ...network.read(processes[0]!),
        ...readSlow(reads),
      };
    },
    standsStill: () => files.frozen() || allStopped(processes),
    close() {
      network.close();
      sockets.close();
      waits.close();
    },
  };
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
