import { readFileSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { EnvironmentError } from "../errors.ts";
import { GiB } from "../judge/units.ts";
import type { EngineFacts } from "../record/schema.ts";
import type { Capacity, Takes } from "./queue.ts";
import type { PlannedArm } from "./run-file.ts";

/** Left to the machine itself, its engine and the harness. */
const reserve = 0.75 * GiB;
/**
 * Of the processors. The engine, the sampler and the lab go before containers, and without a rest for
 * them a box that hardly runs waits longest: of 78 arms on two processors an idle one 6.5 times as
 * long as it ran, with this rest 2.1 times.
 */
const forContainers = 0.9;
/** What comes up keeps the engine busy, and the engine goes before containers: these need the rest. */
const startingPerCpu = 0.5;
/** An engine with default address pools holds about 31 networks. */
const mostJobs = 24;

/** What an engine runs on. */
interface Machine {
  readonly facts: Pick<EngineFacts, "cpus" | "memoryBytes">;
  readonly local: boolean;
}

/** What may run at once on this engine. */
export function capacityOf(engine: Machine, most = mostJobs): Capacity {
  const { cpus, memoryBytes } = engine.facts;
  const free = engine.local ? Math.min(available(), memoryBytes) : memoryBytes;
  const starting = Math.max(1, Math.floor(cpus * startingPerCpu));
  return { memory: free - reserve, cpus: cpus * forContainers, jobs: most, starting };
}

/** What is left of it on a processor that takes so many times as long: arms say what they take of a usual one. */
export function onSlower(capacity: Capacity, times: number): Capacity {
  return { ...capacity, cpus: capacity.cpus / times };
}

/** The same of this machine, for who asks before there is an engine. */
export function hereCapacity(): Capacity {
  const facts = { cpus: availableParallelism(), memoryBytes: totalmem() };
  return capacityOf({ facts, local: true });
}

/** Why an arm can't be run with so much memory, MEMORY_SHORT; undefined where it can. */
export function shortOfMemory(
  { memory: has }: Pick<Capacity, "memory">,
  { scenario, arm, memory }: Pick<Takes, "memory"> & Pick<PlannedArm, "scenario" | "arm">,
): EnvironmentError | undefined {
  if (memory <= has) return undefined;
  return new EnvironmentError(
    "MEMORY_SHORT",
    `${scenario}, arm ${arm}, needs ${gib(memory)} and the machine has ${gib(Math.max(0, has))} to give.`,
    {
      hint: "Close what uses memory, or name scenarios that need less: `aftershock show ID` tells.",
    },
  );
}

/** What the kernel says can be had without swapping. */
function available(): number {
  try {
    const kib = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
    return kib === undefined ? freemem() : Number(kib) * 1024;
  } catch {
    return freemem();
  }
}

const gib = (bytes: number) => `${(bytes / GiB).toFixed(1)} GiB`;
