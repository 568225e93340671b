import { acquireEngine, type Engine } from "../engine/index.ts";
import { AftershockError, EnvironmentError, messageOf } from "../errors.ts";
import { sweep } from "../lifecycle/sweep.ts";
import { startWatchdog } from "../lifecycle/watchdog.ts";
import type { Verdict } from "../judge/verdict-types.ts";
import { timesSlower } from "../judge/pace.ts";
import type { Sampling } from "../measure/sampling.ts";
import { silent, type Progress } from "../progress.ts";
import { guarded } from "../report/guarded.ts";
import { writeReports } from "../report/index.ts";
import type { Reporter } from "../report/reporter.ts";
import type { Scenario } from "../scenario/load.ts";
import { audit } from "./audit.ts";
import { capacityOf, onSlower, shortOfMemory } from "./capacity.ts";
import { judgeFolder } from "./judge-folder.ts";
import { examineAll, fixLaidOver, resolveModels } from "./models.ts";
import { inOrder, plan, type ChosenArms, type Job } from "./plan.ts";
import { prepareImages } from "./prepare.ts";
import { traced } from "./provenance.ts";
import type { Capacity } from "./queue.ts";
import { runAll, type Built } from "./run-arms.ts";
import { armFile, RUN_SCHEMA, type PlannedArm, type RunFile } from "./run-file.ts";
import { checkWritable, createRunFolder, type RunFolder } from "./run-folder.ts";
import { prepareSampling } from "./sampling.ts";
import { jobsOfShard, type Shard } from "./shard.ts";
import { wholeOf, type Whole } from "./whole.ts";
import { writing } from "./writable.ts";

export interface ReplayOptions {
  readonly scenarios: readonly Scenario[];
  /** Of each scenario the pair that tells its story, only the arms so named, or all. Default "all". */
  readonly arms?: ChosenArms;
  /** How often each arm is run. Default 1. */
  readonly repeat?: number;
  /** Whether a broken arm's record may be one of an earlier run of the same. Default false. */
  readonly useKept?: boolean;
  /** Whether an arm whose verdict the machine left open is played once more. Default true. */
  readonly again?: boolean;
  /** Only this part of it, where several machines share the run. Default: all of it. */
  readonly shard?: Shard;
  /** Most arms at once. Default: what memory and processors hold. */
  readonly jobs?: number;
  /** Folder below which the run's folder is made. Default "runs". */
  readonly out?: string;
  /** The run's folder is called by this number or the next that is free, and not by its time. */
  readonly numbered?: number;
  /** Whether reports are written beside the records. Default true; \`aftershock report\` writes them, too. */
  readonly reports?: boolean;
  /** Looks at an arm's images before it is played. */
  readonly built?: Built;
  /** Aborting it ends the run in order: its verdict tells what was seen until then. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  readonly reporter?: Reporter;
}

export interface Replayed {
  readonly folder: string;
  readonly verdict: Verdict;
  /** Where not every arm was asked for: how many there are, and about how long all take here. */
  readonly whole?: Whole;
  /** Why the reports could not be written, if so: the verdict stands without them. */
  readonly unreported?: AftershockError;
  /** Why nobody could look for what was left behind, if so. */
  readonly unaudited?: AftershockError;
}

/**
 * Replays scenarios and judges them: engine, images, arms, audit, reports. Also an interrupted
 * run gives its verdict, from what was recorded until then. Whatever happens to one arm, the others
 * are run and judged.
 * @throws EnvironmentError before anything ran, if the machine can't do it; and at the end, if
 *   what was seen could not be written
 */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { out = "runs", progress = silent, scenarios } = options;
  const { signal = new AbortController().signal } = options;
  const { shard } = options;
  const all = plan(scenarios, options);
  const planned = shard ? jobsOfShard(all, shard) : all;
  await checkWritable(out);
  await using engine = await acquireEngine({ progress, signal });
  const compose = { command: engine.compose, env: engine.env };
  const resolved = await resolveModels(compose, planned, signal);
  await examineAll(resolved);
  const jobs = await traced(resolved.map(fixLaidOver));
  await sweepTold(engine, progress);
  const capacity = capacityOf(engine, options.jobs);
  tellShort(jobs, capacity, progress);
  const measuring = await prepareSampling(engine, progress, signal);
  const images = await prepareImages(engine, jobs, progress, signal);

  const folder = await createRunFolder(out, options);
  const began = performance.now();
  const run = newRun(folder.id, engine, inOrder(scenarios, jobs), partOf(scenarios, all, shard));
  await folder.save(run);
  await using watchdog = startWatchdog(engine, folder.id);
  const reporter = guarded(options.reporter ?? {}, (line) => progress.note(line));
  const { useKept = false, again = true, built, reports = true } = options;
  const own = { engine, folder, signal, run, reporter };
  const context = { ...own, onTheWay: images, capacity, useKept, again, built };
  const notes = await sampled(
    () => measuring.open(folder.id),
    (sampling) =>
      runAll(jobs, { ...context, capacity: roomBy(sampling, capacity, progress), sampling }),
  );
  await images.ended;

  const { leftovers, unaudited } = await audit(engine, folder.id);
  if (unaudited) watchdog.leave();
  const over: RunFile = {
    ...run,
    status: signal.aborted ? "interrupted" : "complete",
    durationMs: Math.round(performance.now() - began),
    plan: run.plan.map((arm) => ({ ...arm, ...notes.get(armFile(arm)) })),
    leftovers: leftovers.map(({ kind, name }) => `${kind} ${name}`),
    unaudited: unaudited?.message,
  };
  const done = await concluded(folder, over, scenarios, reports);
  const whole = shard ? undefined : wholeOf(scenarios, jobs, capacity, done.verdict);
  return { ...done, ...(whole && { whole }), ...(unaudited && { unaudited }) };
}

/** Its own container is gone again before anybody looks for what was left behind. */
async function sampled<T>(
  open: () => Promise<Sampling>,
  work: (sampling: Sampling) => Promise<T>,
): Promise<T> {
  await using sampling = await open();
  return await work(sampling);
}

/** What the engine has room for, with its processor as fast as it is; told where that is less. */
function roomBy(sampling: Sampling, capacity: Capacity, progress: Progress): Capacity {
  const times = timesSlower(sampling.pace());
  if (times > 1)
    progress.note(`the processor is ${times.toFixed(1)} times slower: fewer arms run at once`);
  return onSlower(capacity, times);
}

/** What dead runs have left is no reason to refuse this one. */
async function sweepTold(engine: Engine, progress: Progress): Promise<void> {
  try {
    const { removed } = await sweep(engine.docker);
    if (removed.length > 0)
      progress.note(`removed ${removed.length} things that a dead run had left`);
  } catch (error) {
    if (error instanceof EnvironmentError) throw error; // no engine any more
    progress.note(`what a dead run had left could not be removed: ${messageOf(error)}`);
  }
}

/**
 * Tells which arms there is no memory for, before minutes are spent on others.
 * @throws EnvironmentError MEMORY_SHORT where there is none for any
 */
function tellShort(jobs: readonly Job[], capacity: Capacity, progress: Progress): void {
  const short = jobs.map((job) => shortOfMemory(capacity, job)).filter((error) => error);
  if (short.length === jobs.length && short[0]) throw short[0];
  for (const message of new Set(short.map((error) => error!.message))) progress.note(message);
}

/** Everything that is to be told of the run, on disk; where the disk doesn't take it, the verdict. */
async function concluded(
  folder: RunFolder,
  run: RunFile,
  scenarios: readonly Scenario[],
  reports: boolean,
): Promise<Omit<Replayed, "unaudited">> {
  await folder.save(run);
  const judged = await judgeFolder(folder.path, scenarios);
  const { verdict } = judged;
  try {
    if (reports) await writing(folder.path, () => writeReports(folder.path, judged));
    return { folder: folder.path, verdict };
  } catch (error) {
    if (!(error instanceof AftershockError)) throw error;
    return { folder: folder.path, verdict, unreported: error };
  }
}

function newRun(
  id: string,
  { facts }: Engine,
  arms: readonly PlannedArm[],
  part: Pick<RunFile, "shard">,
): RunFile {
  const startedAt = new Date().toISOString();
  const begun = { status: "running", startedAt, durationMs: 0, leftovers: [] } as const;
  return { schema: RUN_SCHEMA, id, ...begun, engine: facts, plan: arms, ...part };
}

/** What a shard's run says of the whole: by it, what is missing can be named. */
function partOf(
  scenarios: readonly Scenario[],
  all: readonly Job[],
  shard: Shard | undefined,
): Pick<RunFile, "shard"> {
  return shard ? { shard: { ...shard, whole: inOrder(scenarios, all) } } : {};
}
