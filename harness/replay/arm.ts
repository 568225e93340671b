import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError, messageOf } from "../errors.ts";
import { down, replicatedServices, up, type Project } from "../lifecycle/project.ts";
import { watchProject } from "../measure/index.ts";
import { RECORD_SCHEMA, type HeadRow, type Row, type TailRow } from "../record/schema.ts";
import { openRecord, type RecordWriter } from "../record/writer.ts";
import { createJournal } from "./journal.ts";
import type { Job } from "./plan.ts";
import { becomeReady } from "./ready.ts";
import { armFile } from "./run-file.ts";
import type { RunFolder } from "./run-folder.ts";
import { createStage, plainLogs } from "./stage.ts";

export interface ArmContext {
  readonly engine: Engine;
  readonly folder: RunFolder;
  readonly signal: AbortSignal;
  /** Told every row as it is written: for the live view. */
  readonly told: (row: Row) => void;
}

type Ending = Pick<TailRow, "outcome" | "reason">;

/** One run of one arm under way. */
interface Scene extends ArmContext {
  readonly job: Job;
  readonly project: Project;
  readonly logs: string;
  readonly writer: RecordWriter;
  readonly now: () => number;
}

/**
 * Runs one arm from nothing to nothing: up, ready, sampled, baseline, drive, logs, down. Whatever
 * happens stands in the record, its end in the tail; it never throws for what happened inside.
 */
export async function runArm(job: Job, context: ArmContext): Promise<void> {
  const { engine, folder, signal, told } = context;
  const began = performance.now();
  const now = () => Math.round(performance.now() - began);
  const head = headOf(job, engine);
  const logs = await folder.logFolder(job);
  const project = projectOf(job, folder.id, logs);
  const writer = openRecord(folder.recordPath(job), head);
  told(head);
  const spent = { up: 0, drive: 0, down: 0 };
  let end: Ending = { outcome: "completed" };
  try {
    await perform({ ...context, job, project, logs, writer, now }, spent);
  } catch (error) {
    end = endingOf(error, signal);
  }
  const performed = now();
  try {
    await down(engine, project);
  } catch (error) {
    if (end.outcome === "completed") end = { outcome: "environment", reason: messageOf(error) };
  }
  spent.drive = performed - spent.up;
  spent.down = now() - performed;
  const tail: TailRow = { type: "tail", t: now(), ...end, spent };
  await writer.close(tail);
  told(tail);
}

/** From up to the logs, watched all the while. */
async function perform(scene: Scene, spent: { up: number }): Promise<void> {
  const { engine, job, project, writer, now, told, logs } = scene;
  const { ready, drive } = job.definition.definition;
  const replicated = await replicatedServices(project);
  const watch = await watchProject({
    engine,
    project: project.name,
    now,
    sink: writer,
    replicated,
  });
  watch.onRow(told);
  const signal = AbortSignal.any([scene.signal, watch.lost]);
  try {
    await up(engine, project, signal);
    const containers = await containersOf(engine, project);
    await becomeReady(engine, ready, containers, signal);
    await Promise.race([watch.sampled(), once(signal, "abort")]);
    signal.throwIfAborted();
    spent.up = now();
    const journal = createJournal(writer, now, told);
    journal.phase("baseline");
    const log = (service: string, line: string) =>
      appendFileSync(join(logs, `${service}.driver.log`), `${line}\n`);
    const container = (service: string) => containers.get(service);
    await drive(createStage({ engine, job, journal, watch, signal, log, container }));
  } catch (error) {
    watch.lost.throwIfAborted();
    throw error;
  } finally {
    await saveLogs(engine, project, logs).catch(() => {}); // logs are a help, never a verdict
    await watch.stop();
  }
}

function headOf(job: Job, engine: Engine): HeadRow {
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
  };
}

function projectOf(job: Job, run: string, logs: string): Project {
  return {
    name: `aftershock-${run}-${armFile(job)}`.replaceAll(".", "-"),
    folder: job.definition.folder,
    scenario: job.scenario,
    arm: job.arm,
    run,
    env: job.env,
    log: join(logs, "compose.log"),
  };
}

/** Container ids by service; one with several containers as "name-1", "name-2", ... */
async function containersOf(engine: Engine, project: Project): Promise<Map<string, string>> {
  const replicated = await replicatedServices(project);
  const list = await engine.docker.listContainers({
    all: true,
    filters: { label: [`com.docker.compose.project=${project.name}`] },
  });
  const named = list.map(({ Id, Labels }): [string, string] => {
    const service = Labels["com.docker.compose.service"] ?? "";
    const number = Labels["com.docker.compose.container-number"] ?? "1";
    return [replicated.has(service) ? `${service}-${number}` : service, Id];
  });
  return new Map(named);
}

function endingOf(error: unknown, signal: AbortSignal): Ending {
  const reason = messageOf(error);
  if (signal.aborted) return { outcome: "interrupted", reason: "interrupted" };
  if (error instanceof EnvironmentError) return { outcome: "environment", reason };
  return { outcome: "inconclusive", reason };
}

async function saveLogs(engine: Engine, project: Project, folder: string): Promise<void> {
  for (const [service, id] of await containersOf(engine, project)) {
    const frames = await engine.docker
      .getContainer(id)
      .logs({ stdout: true, stderr: true, follow: false });
    await writeFile(join(folder, `${service}.log`), plainLogs(frames));
  }
}
