import { join, relative } from "node:path";
import { appendEvent, readEvents } from "../drill/events.ts";
import { findDrill, type Drill } from "../drill/load.ts";
import { sectionsOf } from "../drill/papers.ts";
import { clock, postmortemText } from "../drill/postmortem.ts";
import { referenceDiff } from "../drill/reference.ts";
import { lastSession, needSession, placesOf, type Session } from "../drill/session.ts";
import { sessionCharts } from "../drill/live-records.ts";
import { timelineOf, type Timeline } from "../drill/timeline.ts";
import { faultOfPath, writeWhole } from "../files.ts";
import type { Unit } from "../judge/types.ts";
import type { Chart } from "../report/chart/model.ts";
import { formatFigure, plural } from "../report/format.ts";
import { plainJson } from "../report/index.ts";
import { debriefHtml } from "../report/html/debrief.ts";
import { cleanText } from "../report/terminal/clean.ts";
import { markdownText } from "../report/terminal/markdown.ts";
import { painterFor, widthOf, type TableStream } from "../report/terminal/paint.ts";
import { strip } from "../report/terminal/strip.ts";
import { wrap } from "../report/terminal/text.ts";
import { loadScenario, type Scenario } from "../scenario/load.ts";

export interface RevealRequest {
  /** Whether the reference's diff is shown, too. */
  readonly fix: boolean;
  readonly json: boolean;
  readonly terminal: TableStream;
}

/** All that a debrief is made of. */
interface Debrief {
  readonly session: Session;
  readonly drill: Drill;
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly charts: readonly Chart[];
  readonly diff: string | undefined;
  /** What could not be read of the session. */
  readonly notes: readonly string[];
}

/**
 * The debrief of the session that is here, or was last: her own timeline over what was measured, the
 * cause, the fix, and a post-mortem page with her times filled in. Gives the text to print.
 * @throws UsageError NO_DRILL
 */
export async function reveal({ fix, json, terminal }: RevealRequest): Promise<string> {
  const session = (await lastSession()) ?? (await needSession());
  await appendEvent(session.path, "revealed");
  const debrief = await gather(session, fix);
  const written = await write(debrief);
  return json ? asJson(debrief, written) : asText(debrief, written, terminal);
}

async function gather(session: Session, fix: boolean): Promise<Debrief> {
  const { path, state } = session;
  const drill = await findDrill(state.folder ?? state.drill);
  const scenario = await loadScenario(drill.folder);
  const timeline = timelineOf(state.startedAt, await readEvents(path));
  const { charts, notes } = await sessionCharts(session, drill, timeline.moments);
  const diff = fix ? await referenceDiff(drill.folder, scenario.definition) : undefined;
  return { session, drill, scenario, timeline, charts, diff, notes };
}

interface Written {
  readonly page: string;
  readonly postmortem: string;
  /** Whether it was there before: what somebody wrote is left as it is. */
  readonly kept: boolean;
}

async function write(debrief: Debrief): Promise<Written> {
  const { session, drill, timeline, charts, diff } = debrief;
  const { postmortem } = placesOf(session.path);
  const page = join(session.path, "debrief.html");
  const moments = timeline.moments.map(({ at, says }) => [clock(at), says] as const);
  const { title } = drill.definition;
  await writeWhole(
    page,
    debriefHtml({ title, charts, moments, debrief: drill.debrief, ...(diff && { diff }) }),
  );
  const kept = (await faultOfPath(postmortem, "file")) !== "is missing";
  if (!kept) await writeWhole(postmortem, postmortemOf(debrief));
  return { page, postmortem, kept };
}

function postmortemOf({ drill, scenario, timeline, charts }: Debrief): string {
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

/** "Memory of the API: at most 2,153 MiB, at 3:10, of 2,560 MiB; killed by the kernel 4 times". */
function measuredText({ title, unit, lines: [line] }: Chart): string {
  const figure = (value: number) => formatFigure({ value, unit: unit as Unit });
  const at = line!.v.reduce((most, v, i) => (v > (line!.v[most] ?? -1) ? i : most), 0);
  const kills = line!.marks.filter(({ kind }) => kind === "oom").length;
  const limit = line!.limit === null ? "" : `, of ${figure(line!.limit)}`;
  const killed = kills === 0 ? "" : `; killed by the kernel: ${plural(kills, "time")}`;
  return `${title}: at most ${figure(line!.v[at]!)}, at ${clock(line!.t[at]!)}${limit}${killed}`;
}

function asText(
  { drill, timeline, charts, diff, notes }: Debrief,
  { page, postmortem, kept }: Written,
  terminal: TableStream,
): string {
  const [paint, width] = [painterFor(terminal), widthOf(terminal)];
  const flags = timeline.moments.map(({ at }, i) => ({ at, letter: letterOf(i) }));
  const [chart] = charts;
  const here = (path: string) => relative("", path) || ".";
  return [
    `${paint("bold", drill.definition.title)}\n`,
    ...(chart ? [`${chart.title}, and what you did\n\n${strip(chart, flags, width)}`] : []),
    timeline.moments
      .flatMap(({ at, says }, i) =>
        wrap(says, width, `${letterOf(i)} ${clock(at).padStart(6)}  `, " ".repeat(10)),
      )
      .join("\n")
      .concat("\n"),
    ...notes.map((note) => cleanText(`${note}\n`)),
    markdownText(drill.debrief, width, paint),
    ...(diff === undefined
      ? []
      : [`${paint("bold", "The reference, as a diff")}\n\n${cleanText(diff)}`]),
    `The same as a page: ${here(page)}\n` +
      (kept
        ? `${here(postmortem)} was there already, and is left as it is.\n`
        : `A post-mortem with your times in it: ${here(postmortem)}\n`),
  ].join("\n");
}

const letterOf = (i: number) => "abcdefghijklmnopqrstuvwxyz"[i] ?? "+";

function asJson({ drill, scenario, timeline, diff, notes }: Debrief, written: Written): string {
  const { spans, moments, checks, hints, guesses } = timeline;
  const { page, postmortem } = written;
  const told = {
    ...{ drill: drill.definition.name, scenario: scenario.definition.id, spans, moments, checks },
    ...{ hints, guesses, debrief: drill.debrief, diff: diff ?? null, notes, page, postmortem },
  };
  return plainJson(told);
}
