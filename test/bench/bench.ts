/**
 * `npm run bench`: how near a run of all arms comes to its floor, as ratios of one run.
 * The floor is the larger of the longest arm and the processor time of all containers divided by
 * the processors: what the engine and the lab itself use comes on top.
 * `npm run bench -- RUN` reads a saved run instead of making one; `npm run bench -- --cold` tells what
 * a user waits for who has nothing yet.
 */
import { cpus } from "node:os";
import { acquireEngine } from "../../harness/engine/index.ts";
import { judgeFolder, loadScenarios, replay, type Verdict } from "../../harness/index.ts";
import type { Row } from "../../harness/record/schema.ts";
import { capacityOf } from "../../harness/replay/capacity.ts";
import { estimate } from "../../harness/replay/estimate.ts";
import { plan } from "../../harness/replay/plan.ts";
import { processorMs } from "../support/processes.ts";
import { told } from "../told.ts";
import { coldStarts, warmStarts } from "./starts.ts";

const [saved] = process.argv.slice(2);
if (saved === "--cold") {
  console.log((await coldStarts()).join("\n"));
  process.exit();
}
// Held all the while: an engine that ended in between would count among the lab's own processes.
await using _engine = saved ? null : await acquireEngine({ progress: told });
const before = machineTime();
const scenarios = await loadScenarios();
const folder = saved ?? (await replay({ scenarios, progress: told })).folder;
const after = machineTime();
const { verdict, records } = await judgeFolder(folder);

console.log(ratios(verdict).join("\n"));
console.log(pairsFirst(verdict).join("\n"));
if (!saved) console.log(whereItWent(before, after, verdict));
console.log();
console.log(shares(records).join("\n"));
console.log(declared(verdict).join("\n"));
if (!saved) console.log((await warmStarts()).join("\n"));
if (!saved) await import("./sampling.ts");

/** Processor time since the machine began, milliseconds. */
interface MachineTime {
  readonly all: number;
  readonly idle: number;
  /** Of this process and its children. */
  readonly lab: number;
}

function machineTime(): MachineTime {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, t) => sum + t.user + t.nice + t.sys + t.idle + t.irq, 0);
  const idle = times.reduce((sum, t) => sum + t.idle, 0);
  return { all, idle, lab: processorMs() };
}

/** Shares of all processors. Set-up counts; the machine is supposed to do nothing else. */
function whereItWent(from: MachineTime, to: MachineTime, verdict: Verdict): string {
  const all = to.all - from.all;
  const percent = (ms: number) => `${Math.round((100 * ms) / all)} %`;
  const containers = containerMs(verdict);
  const lab = to.lab - from.lab;
  const idle = to.idle - from.idle;
  const rest = all - containers - lab - idle;
  return [
    `processors: containers ${percent(containers)}, the lab ${percent(lab)}, `,
    `the engine and the system ${percent(rest)}, idle ${percent(idle)}\n`,
    `wall / floor, had the floor the engine's work too: ${(all / (containers + rest)).toFixed(2)}`,
  ].join("");
}

function ratios(verdict: Verdict): string[] {
  const { durationMs, engine } = verdict;
  const arms = armsOf(verdict);
  const longest = Math.max(...arms.map((arm) => arm.durationMs));
  const cpu = containerMs(verdict) / engine.cpus;
  const floor = Math.max(longest, cpu);
  return [
    `arms                        ${arms.length}, ${arms.filter(({ ok }) => ok).length} as claimed`,
    `wall                        ${seconds(durationMs)}`,
    `longest arm                 ${seconds(longest)}`,
    `processor time / processors ${seconds(cpu)}`,
    `wall / floor                ${(durationMs / floor).toFixed(2)}`,
    `sum of arms / wall          ${(sum(arms.map((arm) => arm.durationMs)) / durationMs).toFixed(2)}`,
  ];
}

/** What it costs the whole that the pairs go first: the queue, played with what the arms took. */
function pairsFirst({ scenarios: judged, engine }: Verdict): string[] {
  const took = new Map(
    judged.flatMap(({ id, arms }) =>
      arms.map((arm) => [`${id}/${arm.name}`, arm.durationMs / 1000]),
    ),
  );
  const jobs = plan(scenarios).flatMap((job) => {
    const seconds = took.get(`${job.scenario}/${job.arm}`);
    return seconds === undefined ? [] : [{ ...job, seconds }];
  });
  const capacity = capacityOf({ facts: engine, local: false });
  const longestFirst = jobs.toSorted((a, b) => b.seconds - a.seconds);
  const whole = estimate(longestFirst, capacity);
  const ours = estimate(jobs, capacity);
  const percent = ((100 * (ours - whole)) / whole).toFixed(1);
  return [
    `whole, played by what arms took: longest first ${seconds(1000 * whole)}`,
    `                                 pairs first   ${seconds(1000 * ours)} (${percent} %)`,
    `the pairs alone                                ${seconds(
      1000 *
        estimate(
          jobs.filter(({ pair }) => pair),
          capacity,
        ),
    )}`,
  ];
}

function containerMs(verdict: Verdict): number {
  return sum(armsOf(verdict).map(({ cpuMs }) => cpuMs));
}

function armsOf({ scenarios }: Verdict) {
  return scenarios.flatMap(({ arms }) => arms);
}

/** Per arm: what part of its time went into set-up, driving and observing, and taking down. */
function shares(all: readonly (readonly Row[])[]): string[] {
  const percent = (part: number, of: number) => `${Math.round((100 * part) / of)} %`.padStart(7);
  const lines = all.map((rows) => {
    const head = rows[0];
    const tail = rows.findLast((row) => row.type === "tail");
    if (head?.type !== "head" || !tail) return "";
    const { up, drive, down } = tail.spent;
    const baseline = durationOf(rows, "baseline", tail.t - down);
    return [
      `${head.scenario}/${head.arm}`.padEnd(44),
      seconds(tail.t).padStart(8),
      percent(up, tail.t),
      percent(baseline, tail.t),
      percent(drive - baseline, tail.t),
      percent(down, tail.t),
    ].join(" ");
  });
  return [`${"arm".padEnd(44)}     time     up  baseline  drive    down`, ...lines, ""];
}

/**
 * What arms took of what they declare as their needs. The queue goes by the declared: too much
 * leaves processors idle, too little makes arms late. The engine's work for an arm comes on top.
 */
function declared(verdict: Verdict): string[] {
  const lines = plan(scenarios).flatMap(({ scenario, arm, cpus, seconds: expected }) => {
    const { arms = [] } = verdict.scenarios.find(({ id }) => id === scenario) ?? {};
    const ran = arms.find(({ name }) => name === arm);
    if (!ran) return [];
    const used = (ran.cpuMs / ran.durationMs).toFixed(2);
    const took = seconds(ran.durationMs).padStart(8);
    return [`${`${scenario}/${arm}`.padEnd(44)} ${took} of ${expected}   ${used} of ${cpus}`];
  });
  return [`${"arm, the longest first".padEnd(44)}     time        processors`, ...lines, ""];
}

function durationOf(rows: readonly Row[], name: string, end: number): number {
  const phases = rows.filter((row) => row.type === "phase");
  const at = phases.findIndex((row) => row.name === name);
  const phase = phases[at];
  return phase ? (phases[at + 1]?.t ?? end) - phase.t : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
