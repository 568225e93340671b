import { debriefOf, type Debrief } from "../drill/debrief.ts";
import { clock } from "../drill/postmortem.ts";
import { lastSession, needSession } from "../drill/session.ts";
import { plainJson } from "../report/plain-json.ts";
import { cleanText } from "../report/terminal/clean.ts";
import { markdownText } from "../report/terminal/markdown.ts";
import { painterFor, widthOf, type TableStream } from "../report/terminal/paint.ts";
import { strip } from "../report/terminal/strip.ts";
import { wrap } from "../report/terminal/text.ts";
import { shown } from "../scenario/shown.ts";

export interface RevealRequest {
  /** Whether the reference's diff is shown, too. */
  readonly fix: boolean;
  readonly json: boolean;
  readonly terminal: TableStream;
}

/**
 * The debrief of the session that is here, or was last: her own timeline over what was measured, the
 * cause, the fix, and a post-mortem page with her times filled in. Gives the text to print.
 * @throws UsageError NO_DRILL
 */
export async function reveal({ fix, json, terminal }: RevealRequest): Promise<string> {
  const session = (await lastSession()) ?? (await needSession());
  const debrief = await debriefOf(session, { fix });
  return json ? asJson(debrief) : asText(debrief, terminal);
}

function asText(debrief: Debrief, terminal: TableStream): string {
  const { drill, timeline, charts, diff, notes } = debrief;
  const [paint, width] = [painterFor(terminal), widthOf(terminal)];
  const flags = timeline.moments.map(({ at }, i) => ({ at, letter: letterOf(i) }));
  const [chart] = charts;
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
    placesText(debrief),
  ].join("\n");
}

const letterOf = (i: number) => "abcdefghijklmnopqrstuvwxyz"[i] ?? "+";

function placesText({ page, postmortem: { path, state } }: Debrief): string {
  const told = {
    written: `A post-mortem with your times in it: ${shown(path)}\n`,
    kept: `${shown(path)} was there already, and is left as it is.\n`,
    missing: "",
  };
  return `${page === undefined ? "" : `The same as a page: ${shown(page)}\n`}${told[state]}`;
}

function asJson({ drill, scenario, timeline, diff, notes, page, postmortem }: Debrief): string {
  const { spans, moments, checks, hints, guess = null } = timeline;
  return plainJson({
    schema: "aftershock/debrief@1",
    ...{ drill: drill.definition.name, scenario: scenario.definition.id, spans, moments, checks },
    ...{
      hints,
      guess,
      noted: timeline.notes,
      debrief: drill.debrief,
      diff: diff ?? null,
      notes,
      page: page ?? null,
    },
    postmortem: postmortem.path,
  });
}
