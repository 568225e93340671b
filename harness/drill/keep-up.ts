import { join } from "node:path";
import { cacheFolder } from "../cache.ts";
import { acquireEngine, type Engine } from "../engine/index.ts";
import { scratch } from "../engine/scratch.ts";
import { AftershockError, EnvironmentError, ExitCode, messageOf, traceOf } from "../errors.ts";
import { label } from "../lifecycle/labels.ts";
import { labelled, remove } from "../lifecycle/sweep.ts";
import { startWatchdog } from "../lifecycle/watchdog.ts";
import type { Row } from "../record/schema.ts";
import { prepareSampling } from "../replay/sampling.ts";
import { appendEvent, readEvents } from "./events.ts";
import { playSystem, prepareSystem, type LiveSystem } from "./live-system.ts";
import { findDrill } from "./load.ts";
import { quietProgress as progress } from "./quiet-progress.ts";
import { readSession, saveState, type SessionState } from "./session.ts";

/**
 * Brings a session's system up and keeps it up until the signal aborts: what comes down by itself,
 * as when somebody ends its processes, is brought up again. What it has on the engine goes with it.
 */
export async function keepUp(path: string, keeper: string, signal: AbortSignal): Promise<void> {
  const { state } = await readSession(path);
  if (state.life === "ended") return;
  const { trouble: _, ...fresh } = state;
  const told = teller(path, { ...fresh, keeper });
  try {
    await told.life("starting");
    await using engine = await acquireEngine({ progress, signal });
    const { docker } = engine;
    await remove(docker, await labelled(docker, `${label.run}=${state.run}`));
    await using _watchdog = startWatchdog(engine, state.run);
    const drill = await findDrill(state.folder ?? state.drill);
    const session = { path, state };
    await using scratched = await scratch(join(cacheFolder(), "drills"), "logs");
    const { open } = await prepareSampling(engine, progress, signal);
    await using sampling = await open(state.run);
    const parts = { session, drill, logs: scratched.path, sampling };
    const system = await prepareSystem(engine, parts, { progress, signal });
    await playOn(engine, system, signal, told);
    await told.life("down");
  } catch (error) {
    if (!(signal.aborted || error instanceof AftershockError)) console.error(traceOf(error));
    await told.life("down", signal.aborted ? undefined : troubleOf(error));
  }
}

/** It comes down within this time so often, and it won't do. */
const quickMs = 30_000;
const mostQuick = 3;

async function playOn(engine: Engine, system: LiveSystem, signal: AbortSignal, told: Teller) {
  const { path } = system.session;
  for (let quick = 0; !signal.aborted;) {
    const began = performance.now();
    const symptom = symptomIn(path, system.drill.definition.victim);
    const up = () => void told.life("up").then(() => told.event("up"));
    const { outcome, reason = "" } = await playSystem(engine, system, signal, { up, row: symptom });
    if (signal.aborted) return;
    console.error("the system came down");
    await told.event("down");
    if (outcome === "environment") throw new EnvironmentError("DRILL_DOWN", reason);
    quick = performance.now() - began < quickMs ? quick + 1 : 0;
    if (quick >= mostQuick)
      throw new EnvironmentError("DRILL_DOWN", `It does not stay up: ${reason}`);
    await told.life("starting");
  }
}

/** Notes once in a session's life when a user would see it: the load says so, or the kernel does. */
function symptomIn(path: string, victim: string): (row: Row) => void {
  let seen = false;
  return (row) => {
    const says = row.type === "phase" && row.name === "symptom";
    const kills = row.type === "event" && row.action === "oom" && row.service === victim;
    if (seen || !(says || kills)) return;
    seen = true;
    void noteOnce(path).catch((error: unknown) => console.error(messageOf(error)));
  };
}

async function noteOnce(path: string): Promise<void> {
  const events = await readEvents(path);
  if (!events.some(({ event }) => event === "symptom")) await appendEvent(path, "symptom");
}

interface Teller {
  life(life: SessionState["life"], trouble?: SessionState["trouble"]): Promise<void>;
  event(
    ...event: Parameters<typeof appendEvent> extends [string, ...infer R] ? R : never
  ): Promise<void>;
}

/** Writes what the session is to know. A full disk is told in the log, and ends no system. */
function teller(path: string, state: SessionState): Teller {
  const safely = async (work: Promise<unknown>) => {
    await work.catch((error: unknown) => console.error(messageOf(error)));
  };
  return {
    life: (life, trouble) =>
      safely(saveState(path, { ...state, life, ...(trouble && { trouble }) })),
    event: (...event) => safely(appendEvent(path, ...event)),
  };
}

function troubleOf(error: unknown): NonNullable<SessionState["trouble"]> {
  const { code, hint, exitCode } =
    error instanceof AftershockError
      ? error
      : { code: "INTERNAL", hint: undefined, exitCode: ExitCode.internal };
  return { code, message: messageOf(error), exitCode, ...(hint !== undefined && { hint }) };
}
