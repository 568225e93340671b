import { ask } from "../engine/ask.ts";
import { replicatedServices, up } from "../lifecycle/project.ts";
import { watchProject, type Watch } from "../measure/index.ts";
import type { Row } from "../record/schema.ts";
import { containersOf, saveLogs } from "./containers.ts";
import { settledWithin, whileNot } from "./doing.ts";
import { driverLog } from "./driver-log.ts";
import { gate } from "./gate.ts";
import { createJournal } from "./journal.ts";
import { whyNotUp } from "./not-up.ts";
import { becomeReady } from "./ready.ts";
import type { Play } from "./scene.ts";
import { createStage } from "./stage.ts";
import { owning } from "./strays.ts";

/**
 * From up to the logs, watched all the while.
 * @throws whatever ended it before its end, and EnvironmentError if the watch was lost
 */
export async function perform(scene: Play, spent: { up: number }): Promise<void> {
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

/** For what doesn't end though it should: a frozen engine keeps no arm for longer. */
const graceMs = 3_000;

async function startWatch(scene: Play): Promise<Watch> {
  const { engine, sampling, project, now, sink, signal, told, hz } = scene;
  const replicated = replicatedServices(project);
  const options = { engine, sampling, project: project.name, now, sink, replicated };
  const starting = watchProject({ ...options, ...(hz !== undefined && { hz }) });
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
async function act(scene: Play, watch: Watch, spent: { up: number }): Promise<void> {
  const { engine, job, project, now, signal, logs, doing } = scene;
  const { definition } = job.definition;
  const { ready, drive } = definition;
  const coming = up(engine, project, signal).catch(async (error: unknown) => {
    throw await whyNotUp(error, engine, project, { definition, signal });
  });
  await doing.during("its containers to come up", coming);
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
