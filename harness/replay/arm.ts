import { appendFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../engine/index.ts";
import { AftershockError, EnvironmentError } from "../errors.ts";
import { exec } from "../lifecycle/exec.ts";
import { down, replicatedServices, up, type Project } from "../lifecycle/project.ts";
import { watchProject } from "../measure/index.ts";
import { RECORD_SCHEMA, type HeadRow, type Row, type TailRow } from "../record/schema.ts";
import { openRecord } from "../record/writer.ts";
import type { ReadyProbe } from "../scenario/types.ts";
import { createJournal } from "./journal.ts";
import type { Job } from "./plan.ts";
import { armFile, type RunFolder } from "./run-folder.ts";
import { createStage, plainLogs } from "./stage.ts";

export interface ArmContext {
  readonly engine: Engine;
  readonly folder: RunFolder;
  readonly signal: AbortSignal;
  /** Told every row as it is written: for the live view. */
  readonly told: (row: Row) => void;
}

/**
 * Runs one arm from nothing to nothing: up, ready, baseline, drive, logs, down. Whatever happens
 * stands in the record, its end in the tail; it never throws for what happened inside.
 */
export async function runArm(job: Job, context: ArmContext): Promise<void> {
  const { engine, folder, signal, told } = context;
  const began = performance.now();
  const now = () => Math.round(performance.now() - began);
  const head = headOf(job, engine);
  const writer = openRecord(folder.recordPath(job), head);
  const logs = await folder.logFolder(job);
  const project = projectOf(job, folder.id, logs);
  const spent = { up: 0, drive: 0, down: 0 };
  let end: Pick<TailRow, "outcome" | "reason"> = { outcome: "completed" };
  told(head);
  const watch = await watchProject({
    engine,
    project: project.name,
    now,
    sink: writer,
    replicated: await replicatedServices(project),
  });
  watch.onRow(told);
  try {
    await up(engine, project, signal);
    const containers = await containersOf(engine, project);
    const journal = createJournal(writer, now, told);
    await becomeReady(engine, job.definition.definition.ready, containers, signal);
    journal.phase("baseline");
    spent.up = now();
    const stage = createStage({
      engine,
      job,
      journal,
      watch,
      signal,
      log: (service, line) => appendFileSync(join(logs, `${service}.driver.log`), `${line}\n`),
      container: (service) => containers.get(service),
    });
    await job.definition.definition.drive(stage);
  } catch (error) {
    end = outcomeOf(error, signal);
  }
  spent.drive = now() - spent.up;
  await saveLogs(engine, project, logs).catch(() => {}); // logs are a help, never a verdict
  try {
    await watch.stop();
    await down(engine, project);
  } catch (error) {
    if (end.outcome === "completed") end = { outcome: "environment", reason: messageOf(error) };
  }
  spent.down = now() - spent.up - spent.drive;
  const tail: TailRow = { type: "tail", t: now(), ...end, spent };
  writer.close(tail);
  told(tail);
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

/** Service to container id; a service with several containers as "name-1", "name-2", ... */
async function containersOf(engine: Engine, project: Project): Promise<Map<string, string>> {
  const list = await engine.docker.listContainers({
    all: true,
    filters: { label: [`com.docker.compose.project=${project.name}`] },
  });
  const found = new Map<string, string>();
  for (const { Id, Labels } of list) {
    const service = Labels["com.docker.compose.service"] ?? "";
    const number = Labels["com.docker.compose.container-number"] ?? "1";
    found.set(`${service}-${number}`, Id);
    if (number === "1") found.set(service, Id);
  }
  return found;
}

/** A system that never comes up healthy is the environment's failure, not the incident. */
async function becomeReady(
  engine: Engine,
  probes: readonly ReadyProbe[],
  containers: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  for (const { service, command, withinMs = 60_000 } of probes) {
    const deadline = performance.now() + withinMs;
    const container = containers.get(service) ?? "";
    for (;;) {
      const said = await probe(engine, container, command, signal);
      if (said === undefined) break;
      if (performance.now() >= deadline)
        throw new EnvironmentError(
          "NOT_READY",
          `${service} was not healthy within ${withinMs / 1000} s: "${command.join(" ")}" ${said}`,
        );
      await sleep(100, undefined, { signal });
    }
  }
}

/** What went wrong; undefined if the command ended with 0. A container still starting is no error. */
async function probe(
  { docker }: Engine,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const request = { container, command, timeoutMs: 10_000, signal };
    const { exitCode, stdout, stderr } = await exec(docker, request);
    return exitCode === 0 ? undefined : `ended with ${exitCode}: ${(stderr || stdout).trim()}`;
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}

function outcomeOf(error: unknown, signal: AbortSignal): Pick<TailRow, "outcome" | "reason"> {
  const reason = messageOf(error);
  if (signal.aborted) return { outcome: "interrupted", reason: "interrupted" };
  if (error instanceof EnvironmentError) return { outcome: "environment", reason };
  return { outcome: "inconclusive", reason };
}

function messageOf(error: unknown): string {
  if (error instanceof AftershockError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function saveLogs(engine: Engine, project: Project, folder: string): Promise<void> {
  for (const [service, id] of await containersOf(engine, project)) {
    if (service.endsWith("-1")) continue; // the same container stands under its plain name
    const frames = await engine.docker.getContainer(id).logs({ stdout: true, stderr: true, follow: false });
    await writeFile(join(folder, `${service}.log`), plainLogs(frames));
  }
}
