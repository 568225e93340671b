import { readFileSync } from "node:fs";
import { freemem } from "node:os";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import { GiB } from "../judge/units.ts";
import type { Capacity, Takes } from "./queue.ts";

/** Left to the machine itself, its engine and the harness. */
const reserve = 0.75 * GiB;
/** What comes up keeps the engine busy, and the engine goes before containers: these need the rest. */
const startingPerCpu = 0.5;
/** An engine with default address pools holds about 31 networks. */
const mostJobs = 24;

/**
 * What may run at once on this engine.
 * @throws EnvironmentError MEMORY_SHORT where a single arm is more than the machine can give
 */
export function capacityOf(
  engine: Pick<Engine, "facts" | "local">,
  jobs: readonly (Takes & { readonly scenario: string; readonly arm: string })[],
  most = mostJobs,
): Capacity {
  const { cpus, memoryBytes } = engine.facts;
  const free = engine.local ? Math.min(available(), memoryBytes) : memoryBytes;
  const memory = free - reserve;
  const largest = jobs.toSorted((a, b) => b.memory - a.memory)[0];
  if (largest && largest.memory > memory)
    throw new EnvironmentError(
      "MEMORY_SHORT",
      `${largest.scenario}, arm ${largest.arm}, needs ${gib(largest.memory)} and the machine has ${gib(Math.max(0, memory))} to give.`,
      {
        hint: "Close what uses memory, or name scenarios that need less: `aftershock show ID` tells.",
      },
    );
  return { memory, cpus, jobs: most, starting: Math.max(1, Math.floor(cpus * startingPerCpu)) };
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
