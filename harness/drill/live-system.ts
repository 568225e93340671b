import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine/index.ts";
import { messageOf } from "../errors.ts";
import { imagesOf, prepare } from "../images/prepare.ts";
import { label, ownerLabel } from "../lifecycle/labels.ts";
import { down, keyLabels, projectName, type Project } from "../lifecycle/project.ts";
import type { Sampling } from "../measure/sampling.ts";
import type { Progress } from "../progress.ts";
import { openRecord } from "../record/writer.ts";
import { RECORD_SCHEMA, type HeadRow, type Row, type TailRow } from "../record/schema.ts";
import { capacityOf, shortOfMemory } from "../replay/capacity.ts";
import { containersOf } from "../replay/containers.ts";
import { createDoing } from "../replay/doing.ts";
import { endingOf } from "../replay/ending.ts";
import { gate } from "../replay/gate.ts";
import { examineAll, resolveModels, type ResolvedJob } from "../replay/models.ts";
import { perform } from "../replay/perform.ts";
import { plan } from "../replay/plan.ts";
import { isOwn } from "../scenario/places.ts";
import { pairOf } from "../scenario/pair.ts";
import { stayBeside } from "./beside.ts";
import { examineDrill } from "./examine-drill.ts";
import { handOut } from "./hand-out.ts";
import { loadDrill, type Drill, type DrillLoad } from "./load.ts";
import { neutralModel } from "./neutral-model.ts";
import { placesOf, type Session } from "./session.ts";
import { setToolbox, TOOLBOX, toolboxImage } from "./toolbox.ts";

/** Samples a second: a session may last for days, and its record has an end. */
const HZ = 2;

/** A drill's system as it is to be brought up, and all that it needs on the engine. */
export interface LiveSystem {
  readonly session: Session;
  readonly drill: Drill;
  readonly load: DrillLoad;
  readonly job: ResolvedJob;
  readonly project: Project;
  /** Id of the toolbox's image. */
  readonly toolbox: string;
  /** Where compose and drivers talk: they say more than a learner is to know. */
  readonly logs: string;
  /** Who reads the cgroup files of its containers. */
  readonly sampling: Sampling;
}

/**
 * Gets all that a session's system needs - images, the toolbox's among them - and lays out its
 * workspace. Nothing of the system runs yet.
 * @throws ScenarioError, EnvironmentError as a run does
 */
export async function prepareSystem(
  engine: Engine,
  { session, drill, logs, sampling }: Pick<LiveSystem, "session" | "drill" | "logs" | "sampling">,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<LiveSystem> {
  const { scenario, load } = await loadDrill(drill.folder);
  const [broken = ""] = pairOf(scenario.definition);
  const compose = { command: engine.compose, env: engine.env };
  const [found] = await resolveModels(compose, plan([scenario], { arms: [broken] }), signal);
  await examineAll([found!]);
  if (!isOwn(drill.folder)) await examineDrill(scenario, found!.model);
  const asked = { ...found!, scenario: drill.definition.name, arm: "live" };
  const short = shortOfMemory(capacityOf(engine), asked);
  if (short) throw short;
  const model = neutralModel(found!.model, drill.definition);
  const job = { ...found!, model };
  const wanted = { ...found!.model, folder: drill.folder };
  const prepared = await prepare(engine, [wanted, toolboxImage(wanted)], progress, signal);
  const [own = {}, tools = {}] = await Promise.all(prepared.images.map(imagesOf));
  const images = Object.fromEntries(Object.entries(own).map(([service, { id }]) => [service, id]));
  const project = projectOf(session, job, images, logs);
  const { places = {} } = scenario.definition.fixable ?? {};
  const labels = labelsOf(project);
  await handOut(engine, session.path, { drill, places, images, labels });
  return { session, drill, logs, sampling, load, job, project, toolbox: tools[TOOLBOX]!.id };
}

const labelsOf = (project: Project) => ({ ...keyLabels(project), [label.owner]: ownerLabel() });

/** Its names say of it what the learner knows, and no more. */
function projectOf(
  { path, state }: Session,
  { model, env }: ResolvedJob,
  images: Project["images"],
  logs: string,
): Project {
  const key = { run: state.run, scenario: "drill", arm: "live", repeat: 1 };
  const log = join(logs, "compose.log");
  return { ...key, name: projectName(key), folder: path, model, env, images, log };
}

/** What is told of the system while it is up. */
export interface LiveEvents {
  /** It is up, the load is on, the toolbox is there. */
  readonly up: () => void;
  readonly row: (row: Row) => void;
}

/**
 * Brings the system up, plays the load, and takes it down when the signal aborts, or when it ends
 * otherwise. All of it stands in a record of its own.
 * @returns how it ended, as an arm does: "interrupted" when that was asked for
 */
export async function playSystem(
  engine: Engine,
  system: LiveSystem,
  signal: AbortSignal,
  events: LiveEvents,
): Promise<Pick<TailRow, "outcome" | "reason">> {
  const { session, project, logs, sampling } = system;
  const began = performance.now();
  const now = () => Math.round(performance.now() - began);
  const writer = openRecord(await nextRecord(session), headOf(engine, system));
  const sink = gate(writer);
  const spent = { up: 0, drive: 0, down: 0 };
  let end: Pick<TailRow, "outcome" | "reason"> = { outcome: "completed" };
  const job = withLoad(engine, system, events);
  const play = { engine, sampling, job, project, logs, sink, now, signal, hz: HZ };
  try {
    const doing = createDoing();
    await perform({ ...play, spoil: writer.spoil, told: events.row, doing }, spent);
  } catch (error) {
    end = endingOf(error, signal);
  }
  try {
    await down(engine, project);
  } catch (error) {
    end = { outcome: "environment", reason: messageOf(error) };
  }
  sink.shut();
  await writer.close({ type: "tail", t: now(), ...end, spent });
  return end;
}

/** The scenario's job with the drill's load as its drive, and the toolbox beside the victim. */
function withLoad(engine: Engine, system: LiveSystem, events: LiveEvents): ResolvedJob {
  const { job, drill, load, project, session, toolbox: image } = system;
  const { definition } = job.definition;
  const { victim: service } = drill.definition;
  const log = join(placesOf(session.path).logs, `${service}.log`);
  const drive: DrillLoad = async (stage) => {
    const playing = load(stage);
    playing.catch(() => {}); // awaited below
    const victim = (await containersOf(engine, project, stage.signal)).get(service) ?? "";
    const request = { image, victim, labels: labelsOf(project) };
    const toolbox = await setToolbox(engine, request, stage.signal);
    events.up();
    stayBeside(engine, stage, { service, victim, toolbox, log }).catch(() => {}); // ends with the stage
    await playing;
  };
  return { ...job, definition: { ...job.definition, definition: { ...definition, drive } } };
}

function headOf(engine: Engine, { drill, session }: LiveSystem): HeadRow {
  return {
    type: "head",
    schema: RECORD_SCHEMA,
    t: 0,
    scenario: session.state.blind ? "blind" : drill.definition.name,
    arm: "live",
    role: "broken",
    repeat: 1,
    startedAt: new Date().toISOString(),
    engine: engine.facts,
    env: {},
  };
}

/** Each time that it is up has a record of its own. */
async function nextRecord({ path }: Session): Promise<string> {
  const { records } = placesOf(path);
  await mkdir(records, { recursive: true });
  const numbers = (await readdir(records)).map((name) => Number.parseInt(name, 10) || 0);
  return join(records, `${Math.max(0, ...numbers) + 1}.ndjson`);
}
