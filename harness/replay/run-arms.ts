import { messageOf } from "../errors.ts";
import { isOwnFault } from "../images/words.ts";
import { judgeArm } from "../judge/verdict.ts";
import type { ArmVerdict } from "../judge/verdict-types.ts";
import type { ImageIds } from "../lifecycle/project.ts";
import type { Reporter } from "../report/reporter.ts";
import { brokenFor } from "../scenario/pair.ts";
import { headOf, runArm } from "./arm.ts";
import { shortOfMemory } from "./capacity.ts";
import { settledWithin } from "./doing.ts";
import { rowsOf } from "./judge-folder.ts";
import { keepRecord, takeKept } from "./kept.ts";
import type { Job } from "./plan.ts";
import type { Images } from "./prepare.ts";
import type { TracedJob } from "./provenance.ts";
import { runQueue, type Capacity } from "./queue.ts";
import { remainingOf } from "./remaining.ts";
import { armFile, type PlannedArm, type RunFile } from "./run-file.ts";
import type { ArmContext } from "./scene.ts";
import { catchStrays } from "./strays.ts";
import { guardTurns } from "./turn-guard.ts";

type Note = Pick<PlannedArm, "unrecorded" | "unjudged" | "kept" | "again">;

/** What is common to the arms of a run. */
interface RunContext extends Omit<ArmContext, "told" | "refused" | "images"> {
  readonly run: RunFile;
  readonly reporter: Required<Reporter>;
  readonly onTheWay: Images;
  readonly capacity: Capacity;
  /** Arms whose record is whole: fixed ones are held against broken ones. */
  readonly ended: Set<string>;
  /** What is to be known of some records, by arm. */
  readonly notes: Map<string, Note>;
  /** Arms whose verdict the machine left open when they were played first, and what it said. */
  readonly disturbed: Map<string, string>;
  readonly again: boolean;
  /** Whether a broken arm is played only where no record of it was kept. */
  readonly useKept: boolean;
  readonly built?: Built | undefined;
}

/** Told of an arm's images when they are there, before it is played; what it throws counts as theirs. */
export type Built = (
  job: Job,
  images: ImageIds,
  context: Pick<ArmContext, "engine" | "signal"> & { readonly run: string },
) => Promise<void>;

/** Runs all arms; gives by name what is to be known of some records. */
export async function runAll(
  jobs: readonly TracedJob[],
  common: Omit<RunContext, "ended" | "notes" | "disturbed">,
): Promise<RunContext["notes"]> {
  const { reporter, onTheWay, capacity, signal } = common;
  const own = { ended: new Set<string>(), notes: new Map(), disturbed: new Map<string, string>() };
  const context = { ...common, ...own };
  for (const job of jobs) reporter.armQueued(job, job.definition.definition);
  using _strays = catchStrays();
  using _turns = guardTurns();
  const play = async (those: readonly TracedJob[], room: Capacity, how: typeof runTold) => {
    const remaining = remainingOf(those, room, (seconds) => reporter.left(seconds));
    const run = async (job: TracedJob, isUp: () => void) => {
      remaining.began(job);
      await how(job, context, isUp);
      remaining.ended(job);
    };
    await runQueue(those, room, run, signal, onTheWay.of);
  };
  await play(jobs, capacity, runTold);
  const disturbed = jobs.filter((job) => own.disturbed.has(armFile(job)));
  const room = { ...capacity, jobs: Math.min(capacity.jobs, mostAgain) };
  if (disturbed.length > 0) await play(disturbed, room, runAgain);
  return context.notes;
}

/** The run's own arms may have been what disturbed one: those that are played again have room. */
const mostAgain = 2;

/** Once more, from nothing to nothing; what was seen the first time is set aside. */
async function runAgain(job: TracedJob, context: RunContext, isUp: () => void): Promise<void> {
  const { folder, reporter, ended, notes, disturbed } = context;
  const name = armFile(job);
  try {
    await folder.setAside(job);
  } catch (error) {
    reporter.note(`${name} could not be played again: ${messageOf(error)}`);
    return reporter.armEnded(job, await verdictOf(job, context));
  }
  ended.delete(name);
  notes.set(name, { again: disturbed.get(name)!.slice(0, 1000) });
  await runTold(job, context, isUp);
}

/** Runs one arm and tells the reporter of it, its verdict at the end. Never throws. */
async function runTold(job: TracedJob, context: RunContext, isUp: () => void): Promise<void> {
  const { reporter, ended, notes, disturbed } = context;
  const name = armFile(job);
  const note = (more: Note) => void notes.set(name, { ...notes.get(name), ...more });
  reporter.armStarted(job);
  try {
    const told = await recorded(job, context, isUp);
    if (told) note(told);
    if (told?.unrecorded === undefined) ended.add(name);
  } catch (error) {
    note({ unrecorded: messageOf(error) });
  }
  const judging = verdictOf(job, context);
  if (!(await settledWithin(judgeWithinMs, judging))) {
    note({ unjudged: `The scenario's judge did not end within ${judgeWithinMs / 1000} s.` });
    ended.delete(name);
  }
  const verdict = await (notes.get(name)?.unjudged ? verdictOf(job, context) : judging);
  if (context.again && !disturbed.has(name) && verdict?.disturbed) {
    const { reason = "" } = verdict;
    disturbed.set(name, reason);
    return reporter.armDisturbed(job, reason);
  }
  reporter.armEnded(job, verdict);
  const worthIt = job.role === "broken" && job.repeat === 1 && verdict?.ok;
  if (worthIt && notes.get(name)?.kept === undefined) await kept(job, context);
}

/** Plays the arm, or takes its record from an earlier run; says what is to be known of it. */
async function recorded(job: TracedJob, context: RunContext, isUp: () => void) {
  const { engine, folder, reporter, useKept } = context;
  const start = await startOf(job, context);
  if (useKept && job.role === "broken" && !start.refused) {
    const head = headOf(job, { engine, ...start });
    const kept = await takeKept(head, job.definition.definition, folder.recordPath(job));
    if (kept !== undefined) return { kept };
  }
  const unrecorded = await runArm(job, {
    ...context,
    ...start,
    told(row) {
      reporter.row(job, row);
      if (row.type === "phase") {
        isUp();
        reporter.phase(job, row.name);
      }
      if (row.type === "container") reporter.container(job, row);
      if (row.type === "sample") reporter.sample(job, row.service, row);
      if (row.type === "observation") reporter.observation(job, row);
    },
  });
  return unrecorded === undefined ? undefined : { unrecorded };
}

/** For fixes that are checked later; what the cache folder doesn't take is no trouble of this run. */
async function kept(job: TracedJob, { folder, reporter }: RunContext): Promise<void> {
  try {
    await keepRecord(folder.recordPath(job));
  } catch (error) {
    reporter.note(`the broken record was not kept: ${messageOf(error)}`);
  }
}

const judgeWithinMs = 30_000;

/** What the arm is started from, or why it can't be. */
async function startOf(
  job: TracedJob,
  { capacity, onTheWay, built, engine, folder, signal }: RunContext,
): Promise<Pick<ArmContext, "images" | "refused">> {
  const short = shortOfMemory(capacity, job);
  if (short) return { images: {}, refused: { outcome: "environment", reason: short.message } };
  try {
    const images = await onTheWay.of(job);
    await built?.(job, images, { engine, run: folder.id, signal });
    return { images };
  } catch (error) {
    // Whose fix does not build has not done the job; of our own images the machine is to blame.
    const outcome = job.role === "yours" && isOwnFault(error) ? "job-not-done" : "environment";
    return { images: {}, refused: { outcome, reason: messageOf(error) } };
  }
}

/** By its record as it was written, as the run's verdict will be: nothing is kept in memory. */
async function verdictOf(job: Job, context: RunContext): Promise<ArmVerdict | undefined> {
  const { folder, run, ended, notes } = context;
  const { definition } = job.definition;
  const arm = brokenFor(definition, job.arm);
  const against = { ...job, arm, role: definition.arms[arm]?.role ?? job.role };
  try {
    const planned = { ...job, ...notes.get(armFile(job)) };
    const rows = await rowsOf(folder.path, run, planned);
    const broken = ended.has(armFile(against))
      ? await rowsOf(folder.path, run, against)
      : undefined;
    return judgeArm(definition, rows, broken);
  } catch {
    return undefined; // the run's verdict will say why
  }
}
