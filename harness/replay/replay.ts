import { acquireEngine, type Engine } from "../engine/index.ts";
import { labelled, remove, sweep, type Leftover } from "../lifecycle/sweep.ts";
import { label } from "../lifecycle/labels.ts";
import { startWatchdog } from "../lifecycle/watchdog.ts";
import { judgeArm } from "../judge/verdict.ts";
import type { Verdict } from "../judge/verdict-types.ts";
import type { Row } from "../record/schema.ts";
import { silent, type Progress } from "../progress.ts";
import type { Reporter } from "../report/reporter.ts";
import type { Scenario } from "../scenario/load.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { runArm, type ArmContext } from "./arm.ts";
import { reportFolder } from "./judge-folder.ts";
import { plan, type Job } from "./plan.ts";
import { prepareImages } from "./prepare.ts";
import { capacityOf } from "./capacity.ts";
import { runQueue } from "./queue.ts";
import { armFile, createRunFolder, type RunFile } from "./run-folder.ts";

export interface ReplayOptions {
  readonly scenarios: readonly Scenario[];
  /** Only these arms; all if left out. */
  readonly arms?: readonly string[];
  /** How often each arm is run. Default 1. */
  readonly repeat?: number;
  /** Most arms at once. Default: what memory and processors hold. */
  readonly jobs?: number;
  /** Folder below which the run's folder is made. Default "runs". */
  readonly out?: string;
  /** Aborting it ends the run in order: its verdict tells what was seen until then. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  readonly reporter?: Reporter;
}

/** What is common to the arms of a run. */
interface RunContext extends Omit<ArmContext, "told"> {
  readonly reporter: Reporter;
  /** Rows of the arms that have ended, by name: fixed ones are held against broken ones. */
  readonly ended: Map<string, readonly Row[]>;
}

export interface Replayed {
  readonly folder: string;
  readonly verdict: Verdict;
}

/**
 * Replays scenarios and judges them: engine, images, arms, audit, reports. Also an interrupted
 * run gives its verdict, from what was recorded until then.
 * @throws EnvironmentError before anything ran, if the machine can't do it
 */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { out = "runs", progress = silent, reporter = {} } = options;
  const { signal = new AbortController().signal } = options;
  const jobs = plan(options.scenarios, options);
  await using engine = await acquireEngine({ progress, signal });
  const swept = await sweep(engine.docker);
  if (swept.length > 0) progress.note(`removed ${swept.length} things that a dead run had left`);
  const { refused } = await prepareImages(engine, jobs, progress, signal);
  for (const error of refused.values()) throw error;
  const capacity = capacityOf(engine, jobs, options.jobs);

  const folder = await createRunFolder(out);
  const began = performance.now();
  const run = runFileOf(folder.id, engine, options.scenarios, jobs);
  await folder.save(run);
  await using _watchdog = startWatchdog(engine, folder.id);
  for (const job of jobs) reporter.armQueued?.(job);
  const context = { engine, folder, signal, reporter, ended: new Map<string, readonly Row[]>() };
  await runQueue(jobs, capacity, (job, isUp) => runTold(job, context, isUp), signal);

  const leftovers = await audit(engine, folder.id);
  await folder.save({
    ...run,
    status: signal.aborted ? "interrupted" : "complete",
    durationMs: Math.round(performance.now() - began),
    leftovers: leftovers.map(({ kind, name }) => `${kind} ${name}`),
  });
  const { verdict } = await reportFolder(folder.path, options.scenarios);
  return { folder: folder.path, verdict };
}

/** Runs one arm and tells the reporter of it, its verdict at the end. */
async function runTold(job: Job, context: RunContext, isUp: () => void): Promise<void> {
  const { reporter, ended } = context;
  const rows: Row[] = [];
  reporter.armStarted?.(job);
  await runArm(job, {
    ...context,
    told(row) {
      rows.push(row);
      if (row.type === "phase") {
        isUp();
        reporter.phase?.(job, row.name);
      }
      if (row.type === "container") reporter.container?.(job, row);
      if (row.type === "sample") reporter.sample?.(job, row.service, row);
    },
  });
  const { definition } = job.definition;
  const against = job.settings.against ?? firstBroken(definition);
  ended.set(armFile(job), rows);
  const broken = ended.get(armFile({ ...job, arm: against }));
  reporter.armEnded?.(job, judgeArm(definition, rows, broken));
}

const firstBroken = ({ arms }: ScenarioDefinition) =>
  Object.keys(arms).find((name) => arms[name]?.role === "broken") ?? "";

function runFileOf(
  id: string,
  engine: Engine,
  scenarios: readonly Scenario[],
  jobs: readonly Job[],
): RunFile {
  const order = scenarios.flatMap(({ definition }) =>
    Object.keys(definition.arms).map((arm) => `${definition.id}.${arm}`),
  );
  const rank = ({ scenario, arm }: Job) => order.indexOf(`${scenario}.${arm}`);
  return {
    schema: "aftershock/run@1",
    id,
    status: "running",
    startedAt: new Date().toISOString(),
    durationMs: 0,
    engine: engine.facts,
    plan: jobs
      .toSorted((a, b) => rank(a) - rank(b) || a.repeat - b.repeat)
      .map(({ scenario, arm, role, repeat }) => ({ scenario, arm, role, repeat })),
    leftovers: [],
  };
}

/** Whatever still carries the run's label is told, and only then removed. */
async function audit(engine: Engine, run: string): Promise<readonly Leftover[]> {
  const left = await labelled(engine.docker, `${label.run}=${run}`);
  await remove(engine.docker, left);
  return left;
}
