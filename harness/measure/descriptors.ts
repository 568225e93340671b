import { readdirSync, statSync } from "node:fs";
import { isGone } from "./gone.ts";
import { openIfThere, type KernelFile } from "./kernel-file.ts";

/** Of more processes than this nobody counts: it would make the next sample late. */
const most = 128;

/**
 * How many descriptors these processes have open, all together; null where that cannot be seen
 * (another user's processes), or there are too many to look at.
 */
export function countDescriptors(processes: readonly number[]): number | null {
  if (processes.length > most) return null;
  let sum = 0;
  for (const id of processes) {
    try {
      sum += openOf(`/proc/${id}/fd`);
    } catch (error) {
      if (!isGone(error)) return null;
    }
  }
  return sum;
}

/** Since Linux 6.2 the folder's size is their number. Before, it is 0, and they are listed. */
function openOf(folder: string): number {
  return statSync(folder).size || readdirSync(folder).length;
}

/**
 * How many sockets are open in a network namespace, each once, however many descriptors it has:
 * reading one file, where a look at every descriptor would take its time just when they leak.
 */
export class SocketCounter {
  #file: KernelFile | undefined;

  /** `pid` as the host sees it, of a process that is in the container now. */
  read(pid: number): number | null {
    this.#file ??= openIfThere(`/proc/${pid}/net/sockstat`);
    const used = /^sockets: used (\d+)/.exec(this.#file?.read() ?? "")?.[1];
    return used === undefined ? null : Number(used);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
