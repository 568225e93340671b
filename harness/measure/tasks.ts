import { readIds, type KernelFile } from "./kernel-file.ts";

export interface TaskCounts {
  readonly pids: number;
  readonly processes: number;
  readonly zombies: number;
  /** Host id of a living process of the cgroup; NaN when there is none. */
  readonly anyPid: number;
}

/**
 * Counts what lives and what is dead but not reaped.
 *
 * Since Linux 5.2 the lists of a cgroup leave zombies out, while `pids.current` is charged for
 * them until they are reaped: the difference between it and the living tasks are the zombies.
 * The files are read one after the other, so `pids.current` is read before and after and the
 * smaller number counts: a fork in between is no zombie.
 */
export function countTasks(
  current: KernelFile,
  processList: string,
  threadList: string,
): TaskCounts {
  const before = Number(current.read());
  const processes = readIds(processList);
  const counts = { pids: before, processes: processes.count, anyPid: processes.first };
  if (before <= processes.count) return { ...counts, zombies: 0 };
  const threads = readIds(threadList).count;
  const after = Number(current.read());
  return { ...counts, zombies: Math.max(0, Math.min(before, after) - threads) };
}
