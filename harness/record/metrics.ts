import type { SampleValues } from "./schema.ts";

/** One of the numbers of a sample. */
export type Metric = keyof SampleValues;

/** What a number of a sample is, for charts and their captions. */
interface MetricFacts {
  readonly says: string;
  readonly unit: "B" | "ms" | "1";
  /** The container's limit that holds it. */
  readonly limit?: "memory" | "pids";
}

export const METRICS: Readonly<Record<Metric, MetricFacts>> = {
  anon: {
    says: "Anonymous memory (what the programs allocated)",
    unit: "B",
    limit: "memory",
  },
  workingSet: {
    says: "Working set (usage less inactive file cache)",
    unit: "B",
    limit: "memory",
  },
  current: { says: "Charged memory (what the OOM killer judges)", unit: "B", limit: "memory" },
  peak: { says: "Highest charged memory so far", unit: "B", limit: "memory" },
  pids: { says: "Tasks, threads and zombies included", unit: "1", limit: "pids" },
  processes: { says: "Live processes", unit: "1", limit: "pids" },
  zombies: { says: "Processes that ended and were not reaped", unit: "1", limit: "pids" },
  rx: { says: "Bytes received", unit: "B" },
  tx: { says: "Bytes sent", unit: "B" },
  cpuMs: { says: "Processor time used so far", unit: "ms" },
  oomKills: { says: "Processes that the OOM killer has ended so far", unit: "1" },
  fds: { says: "Open descriptors of all its processes", unit: "1" },
  sockets: { says: "Sockets in its network", unit: "1" },
  shmem: { says: "Files in memory and shared memory", unit: "B", limit: "memory" },
  waitMs: { says: "Time waited for a processor so far", unit: "ms" },
  throttledMs: { says: "Time held to its own processor limit so far", unit: "ms" },
};

export const METRIC_NAMES = Object.keys(METRICS) as readonly Metric[];
