import type { SampleValues } from "../record/schema.ts";
import { openIfThere, type KernelFile } from "./kernel-file.ts";

/** Bytes received and sent; null where they cannot be told. */
export type Traffic = Pick<SampleValues, "rx" | "tx">;

/** Sums the bytes of every interface but loopback in the text of a /proc/PID/net/dev. */
export function parseNetDev(text: string): Traffic {
  let rx = 0;
  let tx = 0;
  for (const line of text.split("\n").slice(2)) {
    const colon = line.indexOf(":");
    if (colon < 0 || line.slice(0, colon).trim() === "lo") continue;
    const columns = line
      .slice(colon + 1)
      .trim()
      .split(/ +/);
    rx += Number(columns[0]);
    tx += Number(columns[8]);
  }
  return { rx, tx };
}

/**
 * Reads the traffic of a network namespace through any process in it. The open file keeps
 * answering when that process ends, and must be closed when the container does.
 */
export class NetworkCounters {
  #file: KernelFile | undefined;

  /** `pid` as the host sees it, of a process that is in the container now. */
  read(pid: number): Traffic {
    this.#file ??= openIfThere(`/proc/${pid}/net/dev`);
    return this.#file ? parseNetDev(this.#file.read()) : { rx: null, tx: null };
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
