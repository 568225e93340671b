import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { homeFolder } from "../cache.ts";
import type { Engine } from "../engine/index.ts";
import {
  EnvironmentError,
  InconclusiveError,
  JobNotDoneError,
  messageOf,
  traceOf,
} from "../errors.ts";
import { reasonOf } from "../files.ts";
import { ask } from "../engine/ask.ts";
import { readLogs } from "../lifecycle/logs.ts";
import {
  down,
  projectName,
  replicatedServices,
  up,
  type ImageIds,
  type Project,
} from "../lifecycle/project.ts";
import { watchProject, type Watch } from "../measure/index.ts";
import { RECORD_SCHEMA, type HeadRow, type Row, type TailRow } from "../record/schema.ts";
import { openRecord, type RecordWriter } from "../record/writer.ts";
import { driverLog } from "./driver-log.ts";
import { createDoing, settledWithin, whileNot, type Doing } from "./doing.ts";
import { impersonal } from "./impersonal.ts";
import { gate, type Gate } from "./gate.ts";
import { createJournal } from "./journal.ts";
import type { TracedJob } from "./provenance.ts";
import { becomeReady } from "./ready.ts";
import type { RunFolder } from "./run-folder.ts";
import { createStage } from "./stage.ts";
import { owning } from "./strays.ts";

export interface ArmContext {
  readonly engine: Engine;
  readonly folder: RunFolder;
  /** What its containers start from, by service; none where it is refused. */
  readonly images: ImageIds;
  readonly signal: AbortSignal;
  /** Told every row as it is written: for the live view. */
  readonly told: (row: Row) => void;
  /** Why the arm can't be run here; then it isn't, and its record says so. */
  readonly refused?: Ending;
}

type Ending = Pick<TailRow, "outcome" | "reason">;

/** One run of one arm under way. */
interface Scene extends ArmContext {
  readonly job: TracedJob;
  readonly project: Project;
  readonly logs: string;
  /** Lets rows into the record until the arm is taken down. */
  readonly sink: Gate;
  /** Says of the record that it is not fit to be judged, and why. */
  readonly spoil: RecordWriter["spoil"];
  readonly now: () => number;
  readonly doing: Doing;
  /** Aborted by the user, or when the arm's time is over. */
  readonly signal: AbortSignal;
}

/** For what doesn't end though it should: a frozen engine keeps no arm for longer. */
const graceMs = 3_000;

/**
 * Runs one arm from nothing to nothing: up, ready, sampled, baseline, drive, logs, down. Whatever
 * happens stands in the record, its end in the tail; it never throws for what happened inside.
 * @returns why the record doesn't tell what happened, where it could not be written
 */
export async function runArm(job: TracedJob, context: ArmContext): Promise<string | undefined> {
  const { folder, told } = context;
  const began = performance.now();
  const now = () => Math.round(performance.now() - began);
  const head = headOf(job, context);
  let logs: string;
  let writer: RecordWriter;
  try {
    logs = await folder.logFolder(job);
    writer = openRecord(folder.recordPath(job), head);
  } catch (error) {
    return `The record could not be begun: ${reasonOf(error)}.`;
  }
  told(head);
  const spent = { up: 0, drive: 0, down: 0 };
  const { refused } = context;
  const end: Ending =
    refused === undefined
      ? await takePlace(
          job,
          { ...context, logs, sink: gate(writer), spoil: writer.spoil, now },
          spent,
        )
      : refused;
  const { outcome, reason } = end;
  const places = [folder.path, job.definition.folder, process.cwd(), homeFolder(process.env)];
  const tail: TailRow = {
    type: "tail",
    t: now(),
    outcome,
    ...(reason !== undefined && { reason: impersonal(reason, places) }),
    spent,
  };
  try {
    told(await writer.close(tail));
    return undefined;
  } catch (error) {
    return `The record could not be written: ${reasonOf((error as Error).cause ?? error)}.`;
  }
}

type Setting = Omit<Scene, "job" | "project" | "doing">;

/** All that has to do with containers, within the arm's time; says how it ended. */
async function takePlace(
  job: TracedJob,
  setting: Setting,
  spent: { up: number; drive: number; down: number },
): Promise<Ending> {
  const { engine, sink, now, logs } = setting;
  const project = projectOf(job, setting);
  const doing = createDoing();
  const limit = limitOf(job, doing);
  const signal = AbortSignal.any([setting.signal, limit.signal]);
  let end: Ending = { outcome: "completed" };
  try {
    await perform({ ...setting, job, project, doing, signal }, spent);
  } catch (error) {
    end = endingOf(error, setting.signal);
    await keepTrace(logs, error);
  }
  limit.clear();
  const performed = now();
  try {
    await down(engine, project);
  } catch (error) {
    if (end.outcome === "completed") end = { outcome: "environment", reason: messageOf(error) };
    await keepTrace(logs, error);
  }
  sink.shut();
  spent.drive = performed - spent.up;
  spent.down = now() - performed;
  return end;
}

/** Ends the arm when its time is over, with words on what it was waiting for. */
function limitOf({ limitMs }: TracedJob, doing: Doing) {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    const what = doing.now();
    const waiting = what === undefined ? "its drive did not end" : `it was waiting for ${what}`;
    controller.abort(
      new InconclusiveError(
        "ARM_TOO_LONG",
        `The arm was not over within ${limitMs / 1000} s: ${waiting}`,
        { hint: "`needs.limitSeconds` gives it more." },
      ),
    );
  }, limitMs);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** From up to the logs, watched all the while. */
async function perform(scene: Scene, spent: { up: number }): Promise<void> {
  const { engine, project } = scene;
  const watch = await startWatch(scene);
  const signal = AbortSignal.any([scene.signal, watch.lost]);
  const stage = gate(scene.sink);
  try {
    await whileNot(signal, act({ ...scene, signal, sink: stage }, watch, spent), graceMs);
  } catch (error) {
    scene.signal.throwIfAborted();
    watch.lost.throwIfAborted();
    throw error;
  } finally {
    stage.shut();
    // Logs are a help, never a verdict.
    await saveLogs(engine, project, scene.logs, scene.signal.aborted ? 2_000 : 20_000).catch(
      () => {},
    );
    await settledWithin(graceMs, watch.stop());
  }
}

async function startWatch(scene: Scene): Promise<Watch> {
  const { engine, project, now, sink, signal, told } = scene;
  const replicated = replicatedServices(project);
  const starting = watchProject({ engine, project: project.name, now, sink, replicated });
  try {
    const watch = await ask("Listening to the engine's events", () => starting, { signal });
    watch.onRow(told);
    return watch;
  } catch (error) {
    void starting.then((late) => late.stop()).catch(() => {});
    throw error;
  }
}

/** From up to the end of the drive. */
async function act(scene: Scene, watch: Watch, spent: { up: number }): Promise<void> {
  const { engine, job, project, now, signal, logs, doing } = scene;
  const { ready, drive } = job.definition.definition;
  await doing.during("its containers to come up", up(engine, project, signal));
  const containers = await containersOf(engine, project, signal);
  await doing.during("it to be healthy", becomeReady(engine, ready, containers, signal));
  await doing.during("a sample of each container", watch.sampled());
  signal.throwIfAborted();
  spent.up = now();
  const write = (row: Row) => {
    scene.sink.write(row);
    scene.told(row);
  };
  const journal = createJournal({ write, spoil: scene.spoil }, now, () => {});
  journal.phase("baseline");
  // Background commands end with the drive: what they say later is no evidence.
  const over = new AbortController();
  const endDrive = () => {
    if (over.signal.aborted) return;
    write({ type: "drive-end", t: now() });
    over.abort(new Error("The drive is over."));
  };
  signal.addEventListener("abort", endDrive);
  const parts = { engine, job, journal, watch, doing, log: driverLog(logs) };
  const stage = createStage({
    ...parts,
    signal: AbortSignal.any([signal, over.signal]),
    container: (service) => containers.get(service),
  });
  // What the drive throws where nobody waits for it is its own trouble, too.
  const stray = Promise.withResolvers<never>();
  journal.flooded.addEventListener("abort", () => stray.reject(journal.flooded.reason));
  try {
    await Promise.race([owning(stray.reject, () => drive(stage)), stray.promise]);
  } finally {
    endDrive();
  }
}

function headOf(job: TracedJob, { engine, images }: ArmContext): HeadRow {
  return {
    type: "head",
    schema: RECORD_SCHEMA,
    t: 0,
    scenario: job.scenario,
    arm: job.arm,
    role: job.role,
    repeat: job.repeat,
    startedAt: new Date().toISOString(),
    engine: engine.facts,
    env: job.env,
    provenance: { ...job.origin, images },
  };
}

function projectOf(job: TracedJob, { folder, images, logs }: Setting): Project {
  const { scenario, arm, repeat, model, env, definition } = job;
  const key = { run: folder.id, scenario, arm, repeat };
  const log = join(logs, "compose.log");
  return { ...key, name: projectName(key), folder: definition.folder, model, env, images, log };
}

/** Container ids by service; one with several containers as "name-1", "name-2", ... */
async function containersOf(
  engine: Engine,
  project: Project,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const replicated = replicatedServices(project);
  const filters = { label: [`com.docker.compose.project=${project.name}`] };
  const list = await ask(
    "Listing the arm's containers",
    (abortSignal) => engine.docker.listContainers({ all: true, filters, abortSignal }),
    { signal },
  );
  const named = list.map(({ Id, Labels }): [string, string] => {
    const service = Labels["com.docker.compose.service"] ?? "";
    const number = Labels["com.docker.compose.container-number"] ?? "1";
    return [replicated.has(service) ? `${service}-${number}` : service, Id];
  });
  return new Map(named);
}

function endingOf(error: unknown, signal: AbortSignal): Ending {
  if (signal.aborted) return { outcome: "interrupted", reason: "interrupted" };
  return { outcome: outcomeOf(error), reason: messageOf(error) };
}

function outcomeOf(error: unknown): TailRow["outcome"] {
  if (error instanceof JobNotDoneError) return "job-not-done";
  return error instanceof EnvironmentError ? "environment" : "inconclusive";
}

/** The stack of what went wrong, for who mends it: the record has the sentence. */
async function keepTrace(folder: string, error: unknown): Promise<void> {
  const file = join(folder, "error.log");
  await writeFile(file, `${traceOf(error)}\n`, { flag: "a" }).catch(() => {});
}

async function saveLogs(
  engine: Engine,
  project: Project,
  folder: string,
  withinMs: number,
): Promise<void> {
  const signal = AbortSignal.timeout(withinMs);
  const containers = await containersOf(engine, project, signal);
  const saved = [...containers].map(async ([service, id]) =>
    writeFile(join(folder, `${service}.log`), await readLogs(engine.docker, id, { signal })),
  );
  await Promise.allSettled(saved);
}
