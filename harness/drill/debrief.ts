import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";
import { faultOfPath, writeWhole } from "../files.ts";
import type { Unit } from "../judge/types.ts";
import type { Chart } from "../report/chart/model.ts";
import { formatFigure, plural } from "../report/format.ts";
import { debriefHtml } from "../report/html/debrief.ts";
import { loadScenario, type Scenario } from "../scenario/load.ts";
import { appendEvent, readEvents } from "./events.ts";
import { sessionCharts } from "./live-records.ts";
import { findDrill, type Drill } from "./load.ts";
import { sectionsOf } from "./papers.ts";
import { clock, postmortemText } from "./postmortem.ts";
import { referenceDiff } from "./reference.ts";
import { placesOf, writable, type Session } from "./session.ts";
import { timelineOf, type Timeline } from "./timeline.ts";

/** All that a debrief tells. */
export interface Debrief {
  readonly drill: Drill;
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly charts: readonly Chart[];
  /** The reference's diff, where it was asked for and there is one. */
  readonly diff: string | undefined;
  /** What could not be read of the session, or written into it. */
  readonly notes: readonly string[];
  /** Path of the page; undefined where it could not be written. */
  readonly page: string | undefined;
  readonly postmortem: { readonly path: string; readonly state: "written" | "kept" | "missing" };
}

/**
 * Ends a session's riddle: gathers what it was and what she did, and writes it down in its folder as
 * a page and a post-mortem. A full disk is told; the debrief is there all the same.
 */
export async function debriefOf(session: Session, { fix }: { fix: boolean }): Promise<Debrief> {
  const { path, state } = session;
  const unwritten: string[] = [];
  const tried = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => void unwritten.push(whyNot(error)));
  await tried(appendEvent(path, "revealed"));
  const drill = await findDrill(state.folder ?? state.drill);
  const scenario = await loadScenario(drill.folder);
  const timeline = timelineOf(state.startedAt, await readEvents(path));
  const { charts, notes } = await sessionCharts(session, drill, timeline.moments);
  const diff = fix ? await referenceDiff(drill.folder, scenario.definition) : undefined;
  const told = { drill, scenario, timeline, charts, diff };
  const page = join(path, "debrief.html");
  const written = await tried(writeFileOf(page, pageOf(told)));
  const postmortem = placesOf(path).postmortem;
  const kept = (await faultOfPath(postmortem, "file")) !== "is missing";
  const made = kept ? undefined : await tried(writeFileOf(postmortem, postmortemOf(told)));
  return {
    ...told,
    notes: [...notes, ...unwritten],
    page: written,
    postmortem: { path: postmortem, state: kept ? "kept" : made ? "written" : "missing" },
  };
}

type Told = Pick<Debrief, "drill" | "scenario" | "timeline" | "charts" | "diff">;

function pageOf({ drill, timeline, charts, diff }: Told): string {
  const moments = timeline.moments.map(({ at, says }) => [clock(at), says] as const);
  const { title } = drill.definition;
  const { debrief } = drill;
  return debriefHtml({ title, charts, moments, debrief, ...(diff !== undefined && { diff }) });
}

function postmortemOf({ drill, scenario, timeline, charts }: Told): string {
  const { document, publisher, published } = scenario.definition.source;
  const cause = sectionsOf(drill.debrief).find(({ heading }) => /cause/i.test(heading));
  return postmortemText({
    title: drill.definition.title,
    timeline,
    measured: charts.map(measuredText),
    cause: cause?.text ?? "*What broke, and why.*",
    source: `"${document}", ${publisher}, ${published}`,
  });
}

/** "Memory of the API: at most 2,153 MiB, at 3:10, of 2,560 MiB; killed by the kernel: 4 times". */
function measuredText({ title, unit, lines: [line] }: Chart): string {
  const figure = (value: number) => formatFigure({ value, unit: unit as Unit });
  const at = line!.v.reduce((most, v, i) => (v > (line!.v[most] ?? -1) ? i : most), 0);
  const kills = line!.marks.filter(({ kind }) => kind === "oom").length;
  const limit = line!.limit === null ? "" : `, of ${figure(line!.limit)}`;
  const killed = kills === 0 ? "" : `; killed by the kernel: ${plural(kills, "time")}`;
  return `${title}: at most ${figure(line!.v[at]!)}, at ${clock(line!.t[at]!)}${limit}${killed}`;
}

/** Gives the path. @throws EnvironmentError NOT_WRITABLE */
async function writeFileOf(path: string, text: string): Promise<string> {
  await writable(path, () => writeWhole(path, text));
  return path;
}

function whyNot(error: unknown): string {
  if (error instanceof EnvironmentError) return error.message;
  throw error;
}
