import { isGone } from "./gone.ts";
import { openKernelFile, type KernelFile } from "./kernel-file.ts";

/** Of more tasks than this only so many are read at a time, in turn: what they waited adds up. */
const mostAtOnce = 64;
/** Of more than this in all containers the files are not kept open between two readings. */
const mostOpen = 512;
let openFiles = 0;

interface Task {
  file: KernelFile | undefined;
  /** What it had waited when it was last read, nanoseconds. */
  waited: number;
}

/**
 * Sums how long the tasks of one container have waited for a processor, each by the kernel's own
 * count. What a task waited between its last reading and its end is missed.
 */
export class WaitCounter {
  readonly #tasks = new Map<number, Task>();
  #total = 0;
  #turn = 0;

  /** By now, milliseconds. `ids` are all tasks of the container that live, as the host sees them. */
  read(ids: readonly number[]): number {
    this.#forget(new Set(ids));
    const count = Math.min(ids.length, mostAtOnce);
    for (let i = 0; i < count; i++) this.#add(ids[(this.#turn + i) % ids.length]!);
    this.#turn = ids.length > count ? (this.#turn + count) % ids.length : 0;
    return this.#total / 1e6;
  }

  close(): void {
    for (const task of this.#tasks.values()) shut(task);
    this.#tasks.clear();
  }

  #add(id: number): void {
    let task = this.#tasks.get(id);
    if (!task) this.#tasks.set(id, (task = { file: undefined, waited: 0 }));
    try {
      const now = runDelay((task.file ??= open(id)).read());
      this.#total += Math.max(0, now - task.waited);
      task.waited = now;
      if (openFiles > mostOpen) shut(task);
    } catch (error) {
      shut(task);
      this.#tasks.delete(id);
      if (!isGone(error)) throw error;
    }
  }

  #forget(living: ReadonlySet<number>): void {
    for (const [id, task] of this.#tasks) {
      if (living.has(id)) continue;
      if (task.file) this.#add(id); // its last word, where nobody has reaped it yet
      shut(task);
      this.#tasks.delete(id);
    }
  }
}

function open(id: number): KernelFile {
  const file = openKernelFile(`/proc/${id}/schedstat`);
  openFiles++;
  return file;
}

function shut(task: Task): void {
  if (!task.file) return;
  task.file.close();
  task.file = undefined;
  openFiles--;
}

/** "time on a processor, time waited for one, turns": the second, nanoseconds. */
function runDelay(schedstat: string): number {
  const from = schedstat.indexOf(" ") + 1;
  return Number(schedstat.slice(from, schedstat.indexOf(" ", from)));
}
