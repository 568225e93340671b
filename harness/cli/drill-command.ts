import { randomInt } from "node:crypto";
import { readEvents } from "../drill/events.ts";
import { allDrills, findDrill, type Drill } from "../drill/load.ts";
import { quietLine } from "../drill/quiet-line.ts";
import { resetWorkspace } from "../drill/reset.ts";
import {
  createSession,
  currentSession,
  mustBeWritable,
  needSession,
  placesOf,
  readSession,
  type Session,
} from "../drill/session.ts";
import { ExitCode, UsageError } from "../errors.ts";
import { isOwn } from "../scenario/places.ts";
import { unwrapped } from "../report/markdown.ts";
import { plainJson } from "../report/plain-json.ts";
import { shown } from "../scenario/shown.ts";
import type { Output } from "./context.ts";
import { alertText, drillList, waysText } from "./drill-text.ts";
import { endAtOnce } from "./ending.ts";
import { stderrProgress } from "./progress.ts";

export interface DrillRequest {
  readonly id?: string;
  readonly blind: boolean;
  readonly reset: boolean;
  readonly end: boolean;
  readonly json: boolean;
  readonly stdout: Output;
  /** The same, for what has colours of ours. */
  readonly terminal: Output;
}

/** Begins a drill, comes back to the one that is here, or ends it; gives the exit code. */
export async function drillCommand(request: DrillRequest): Promise<number> {
  const { id, blind, reset, end } = request;
  if (Number(end) + Number(reset) + Number(blind || id !== undefined) > 1 || (blind && id))
    throw new UsageError(
      "BAD_FLAG",
      "A drill's name, --blind, --reset and --end go one at a time.",
    );
  if (end) return endDrill(await needSession(), request);
  if (reset) return begin(await resetDrill(await needSession()), request);
  const here = await currentSession();
  if (id === undefined && !blind) return here ? begin(here, request) : list(request);
  return begin(await sessionFor(here, request), request);
}

async function list({ json, stdout }: DrillRequest): Promise<number> {
  const drills = await allDrills();
  const told = drills.map(({ definition: { number, name, title, level, minutes } }) => {
    return { number, name, title, level, minutes };
  });
  stdout.write(
    json ? plainJson({ schema: "aftershock/drills@1", drills: told }) : drillList(drills),
  );
  return ExitCode.ok;
}

/** The session that is here, if it is of the drill that is asked for; a new one where none is. */
async function sessionFor(here: Session | undefined, { id, blind }: DrillRequest) {
  const drill = id === undefined ? undefined : await findDrill(id);
  const same = blind ? here?.state.blind : here?.state.drill === drill?.definition.name;
  if (here && same) return here;
  if (here)
    throw new UsageError("DRILL_UNDER_WAY", `Another drill is under way: ${shown(here.path)}.`, {
      hint: "`aftershock drill` comes back to it, `aftershock drill --end` ends it; its files stay.",
    });
  const { definition, folder } = drill ?? (await drawn());
  return createSession(definition.name, { blind, ...(isOwn(folder) ? {} : { folder }) });
}

async function drawn(): Promise<Drill> {
  const drills = await allDrills();
  const one = drills[randomInt(Math.max(1, drills.length))];
  if (one) return one;
  throw new UsageError("UNKNOWN_DRILL", "There are no drills here to draw from.");
}

/** Tells what happened at once, and then brings the system up, or finds that it is. */
async function begin(session: Session, request: DrillRequest): Promise<number> {
  const { json, stdout, terminal } = request;
  const { state } = session;
  const drill = await findDrill(state.folder ?? state.drill);
  if (!json) {
    terminal.write(alertText(drill, session, terminal));
    stdout.write(waysText(drill, session));
  }
  // What has to do with engines and charts is loaded when the page is there to read.
  const { keptUp, upNow } = await import("../drill/keeping.ts");
  using _waiting = goesOnWithoutUs();
  const began = performance.now();
  const before = await upNow(session.path);
  const up = await keptUp(session.path, (line) => void process.stderr.write(`${line}\n`));
  const events = await readEvents(session.path);
  const { sessionCharts } = await import("../drill/live-records.ts");
  const { standingText, valuesOf } = await import("./drill-standing.ts");
  const { charts } = await sessionCharts(session, drill);
  if (json) {
    stdout.write(plainJson(viewOf(up, drill, { events, charts: charts.map(valuesOf) })));
    return ExitCode.ok;
  }
  const after = `, ${((performance.now() - began) / 1000).toFixed(1)} s after the command`;
  const standing = standingText(up, events, charts, terminal);
  stdout.write(`\nThe system is up${before ? "" : after}. ${standing}`);
  await tellQuietly(up);
  return ExitCode.ok;
}

/** Ctrl-C ends the waiting, and nothing of what is waited for. */
function goesOnWithoutUs(): Disposable {
  const leave = () => {
    process.stderr.write("\nit comes up all the same: `aftershock drill` comes back to it\n");
    endAtOnce(ExitCode.interrupted);
  };
  process.on("SIGINT", leave);
  return { [Symbol.dispose]: () => void process.off("SIGINT", leave) };
}

/** What a script is given. */
function viewOf(
  { path, state }: Session,
  { definition, symptom }: Drill,
  { events, charts }: { events: unknown; charts: unknown },
) {
  const { number, name, title, level, minutes, victim } = definition;
  const which = state.blind ? {} : { number, name, title };
  return {
    schema: "aftershock/drill-session@1",
    ...{ session: path, life: state.life, startedAt: state.startedAt, blind: state.blind },
    drill: { ...which, level, minutes, victim },
    alert: unwrapped(symptom.trim()),
    workspace: placesOf(path).workspace,
    ...{ charts, events },
  };
}

async function resetDrill({ path }: Session): Promise<Session> {
  const { stopKeeper } = await import("../drill/keeping.ts");
  await mustBeWritable(path);
  await stopKeeper(path, stderrProgress);
  const aside = await resetWorkspace(path);
  if (aside !== undefined)
    process.stderr.write(`what was in the workspace is in ${shown(aside)}\n`);
  return readSession(path);
}

async function endDrill(session: Session, { json, stdout }: DrillRequest): Promise<number> {
  const { endSession } = await import("../drill/keeping.ts");
  const left = await endSession(session, stderrProgress);
  const ended = {
    schema: "aftershock/drill-session@1",
    session: session.path,
    life: "ended",
    left,
  };
  const words = `The drill has ended. All of yours is in ${shown(session.path)}.\n`;
  stdout.write(json ? plainJson(ended) : words);
  for (const thing of left) process.stderr.write(`left behind: ${thing}\n`);
  return left.length > 0 ? ExitCode.leftBehind : ExitCode.ok;
}

/** Says once that hints are there, where it is time for that; a full disk is no reason to fail. */
export async function tellQuietly(session: Session): Promise<void> {
  const line = await quietLine(session).catch(() => undefined);
  if (line !== undefined) process.stderr.write(`${line}\n`);
}
