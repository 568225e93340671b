/**
 * `npm run bench`: how near a run of all arms comes to its floor, as ratios of one run.
 * The floor is the larger of the longest arm and the processor time of all containers divided by
 * the processors: what the engine and the lab itself use comes on top.
 * `npm run bench -- RUN` reads a saved run instead of making one.
 */
import { cpus } from "node:os";
import { judgeFolder, loadScenarios, replay, type Verdict } from "../../harness/index.ts";
import type { Row } from "../../harness/record/schema.ts";
import { told } from "../told.ts";

const [saved] = process.argv.slice(2);
const before = processorTime();
const folder = saved ?? (await replay({ scenarios: await loadScenarios(), progress: told })).folder;
const busy = shareBusy(before, processorTime());
const { verdict, records } = await judgeFolder(folder);

console.log(ratios(verdict).join("\n"));
if (!saved) console.log(`processors busy, set-up too ${Math.round(100 * busy)} %`);
console.log();
console.log(shares(records).join("\n"));
if (!saved) await import("./sampling.ts");

interface ProcessorTime {
  readonly all: number;
  readonly busy: number;
}

/** Of all processors since the machine began, milliseconds. */
function processorTime(): ProcessorTime {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, t) => sum + t.user + t.nice + t.sys + t.idle + t.irq, 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
}

function shareBusy(from: ProcessorTime, to: ProcessorTime): number {
  return (to.busy - from.busy) / (to.all - from.all);
}

function ratios({ scenarios, durationMs, engine }: Verdict): string[] {
  const arms = scenarios.flatMap(({ arms: own }) => own);
  const sum = (of: (arm: (typeof arms)[number]) => number) =>
    arms.reduce((n, arm) => n + of(arm), 0);
  const longest = Math.max(...arms.map((arm) => arm.durationMs));
  const cpu = sum(({ cpuMs }) => cpuMs) / engine.cpus;
  const floor = Math.max(longest, cpu);
  return [
    `arms                        ${arms.length}, ${arms.filter(({ ok }) => ok).length} as claimed`,
    `wall                        ${seconds(durationMs)}`,
    `longest arm                 ${seconds(longest)}`,
    `processor time / processors ${seconds(cpu)}`,
    `wall / floor                ${(durationMs / floor).toFixed(2)}`,
    `sum of arms / wall          ${(sum((arm) => arm.durationMs) / durationMs).toFixed(2)}`,
  ];
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

function durationOf(rows: readonly Row[], name: string, end: number): number {
  const phases = rows.filter((row) => row.type === "phase");
  const at = phases.findIndex((row) => row.name === name);
  const phase = phases[at];
  return phase ? (phases[at + 1]?.t ?? end) - phase.t : 0;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
