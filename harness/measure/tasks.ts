import { readFileSync } from "node:fs";
import type { CgroupFiles } from "./cgroup-reader.ts";
import { readIds } from "./kernel-file.ts";

export interface Tasks {
  readonly pids: number;
  readonly zombies: number;
  /** Host ids of the processes that live, and of all their threads. */
  readonly processes: readonly number[];
  readonly threads: readonly number[];
}

/**
 * Finds what lives, and counts what is dead but not reaped.
 *
 * Since Linux 5.2 the lists of a cgroup leave zombies out, while `pids.current` is charged for
 * them until they are reaped: the difference between it and the living tasks are the zombies.
 * The files are read one after the other, so `pids.current` is read before and after and the
 * smaller number counts: a fork in between is no zombie.
 */
export function findTasks(files: Pick<CgroupFiles, "pids" | "processList" | "threadList">): Tasks {
  const before = files.pids();
  const processes = readIds(files.processList);
  if (before <= processes.length) {
    return { pids: before, processes, threads: processes, zombies: 0 };
  }
  const threads = readIds(files.threadList);
  const pids = Math.min(before, files.pids());
  return { pids, processes, threads, zombies: Math.max(0, pids - threads.length) };
}

/** Whether somebody has stopped every one of these processes (SIGSTOP, a debugger). */
export function allStopped(processes: readonly number[]): boolean {
  return processes.length > 0 && processes.every(isStopped);
}

function isStopped(id: number): boolean {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "latin1");
    return "Tt".includes(stat.charAt(stat.lastIndexOf(")") + 2));
  } catch {
    return false; // It has just ended.
  }
}
