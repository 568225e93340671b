import type { SampleSource, SampleValues } from "../record/schema.ts";
import { isGone } from "./gone.ts";
import { NetworkCounters } from "./network.ts";
import type { Sampler, Tell } from "./sampler.ts";
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

/** Everything is read at every 4th sample; see `readAll`. */
const fullEvery = 4;

/**
 * Samples through cgroup files, until the container's last process or the cgroup is gone.
 * Memory and `pids` are read each time. What costs most or moves slowly (the lists of processes,
 * the rising counters, traffic) is read 5 times a second, and at once when `pids` has changed.
 */
export function cgroupSampler(
  source: SampleSource & `cgroup-${string}`,
  files: CgroupFiles,
  hz: number,
  tell: Tell,
): Sampler {
  const network = new NetworkCounters();
  let open = true;
  let newest: SampleValues | undefined;
  let ticks = 0;

  const close = () => {
    if (!open) return;
    open = false;
    files.close();
    network.close();
  };
  const read = () => {
    const pids = files.pids();
    const calm = pids === newest?.pids && ++ticks % fullEvery !== 0;
    const sample = calm && newest ? { ...newest, ...files.memory() } : readAll(files, network);
    newest = sample;
    tell(sample);
    if (sample.processes === null) close();
  };
  return {
    source,
    hz,
    tick() {
      if (!open) return;
      try {
        read();
      } catch (error) {
        if (!isGone(error)) throw error;
        close();
      }
    },
    close,
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
