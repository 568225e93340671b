import type { CgroupFiles } from "./cgroup-reader.ts";
import { readIds } from "./kernel-file.ts";

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
  files: Pick<CgroupFiles, "pids" | "processList" | "threadList">,
): TaskCounts {
  const before = files.pids();
  const { count: processes, first: anyPid } = readIds(files.processList);
  if (before <= processes) return { pids: before, processes, zombies: 0, anyPid };
  const threads = readIds(files.threadList).count;
  const pids = Math.min(before, files.pids());
  return { pids, processes, zombies: Math.max(0, pids - threads), anyPid };
}
