import { join } from "node:path";
import { homeFolder } from "../cache.ts";
import { InconclusiveError, messageOf } from "../errors.ts";
import { reasonOf } from "../files.ts";
import { down, projectName, type Project } from "../lifecycle/project.ts";
import { RECORD_SCHEMA, type HeadRow, type TailRow } from "../record/schema.ts";
import { openRecord, type RecordWriter } from "../record/writer.ts";
import { createDoing, type Doing } from "./doing.ts";
import { endingOf, keepTrace, type Ending } from "./ending.ts";
import { gate } from "./gate.ts";
import { impersonal } from "./impersonal.ts";
import { perform } from "./perform.ts";
import type { TracedJob } from "./provenance.ts";
import type { ArmContext, Scene } from "./scene.ts";

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
  const setting = { ...context, logs, sink: gate(writer), spoil: writer.spoil, now };
  const { outcome, reason } = context.refused ?? (await takePlace(job, setting, spent));
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
    end = endingOf(error, setting.signal, job.definition.folder);
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

/** The first row of an arm's record: what it is, and all that was in force. */
export function headOf(
  job: TracedJob,
  { engine, images }: Pick<ArmContext, "engine" | "images">,
): HeadRow {
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
