import type { SampleValues } from "../record/schema.ts";
import { steady } from "./clock.ts";
import { noMemoryController } from "./no-memory-controller.ts";
import type { Tell } from "./sampler.ts";

/** The part of the Docker API's stats answer that is used. */
export interface Stats {
  readonly read?: string;
  readonly memory_stats?: {
    readonly usage?: number;
    readonly max_usage?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
  readonly pids_stats?: { readonly current?: number };
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly networks?: Readonly<Record<string, { rx_bytes: number; tx_bytes: number }>>;
}

/** As many answers about what runs, all without its memory, and it isn't because it is ending. */
const sure = 3;

/**
 * Gives what takes one answer after the other, and tells its sample. Where a container runs and
 * nobody counts its memory, it fails with NO_MEMORY_CONTROLLER.
 */
export function statsTaker({
  ooms,
  tell,
  failed,
}: {
  readonly ooms: () => number;
  readonly tell: Tell;
  readonly failed: (error: Error) => void;
}): (answer: Stats) => void {
  let uncounted = 0;
  return (answer) => {
    const values = parseStats(answer, ooms());
    if (values) {
      uncounted = Number.NEGATIVE_INFINITY;
      tell(values, steady());
    } else if ((answer.pids_stats?.current ?? 0) > 0 && ++uncounted === sure) {
      failed(noMemoryController());
    }
  };
}

/**
 * A stats answer as a sample; undefined for one about a container that does not run (an empty
 * object, or a row whose `read` is the year 1). `ooms` is how many oom events it had so far.
 *
 * The keys tell the cgroup version: v1 says `total_rss` and `total_inactive_file`, v2 `anon` and
 * `inactive_file`. A peak is there on v1 only. Living processes and zombies cannot be told.
 */
export function parseStats(answer: Stats, ooms: number): SampleValues | undefined {
  const memory = answer.memory_stats;
  const current = memory?.usage;
  if (!answer.read || answer.read.startsWith("0001-") || current === undefined) return undefined;
  const stats = memory?.stats ?? {};
  const inactiveFile = stats["total_inactive_file"] ?? stats["inactive_file"] ?? 0;
  const interfaces = answer.networks && Object.values(answer.networks);
  const cpuNs = answer.cpu_stats?.cpu_usage?.total_usage;
  return {
    anon: stats["total_rss"] ?? stats["anon"] ?? null,
    workingSet: Math.max(0, current - inactiveFile),
    current,
    peak: memory?.max_usage ?? null,
    pids: answer.pids_stats?.current ?? null,
    processes: null,
    zombies: null,
    rx: interfaces?.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0) ?? null,
    tx: interfaces?.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0) ?? null,
    cpuMs: cpuNs === undefined ? null : cpuNs / 1e6,
    oomKills: ooms,
  };
}
