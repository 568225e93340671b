import type { DrillEvent } from "../drill/events.ts";
import type { Session } from "../drill/session.ts";
import type { Unit } from "../judge/types.ts";
import type { Chart } from "../report/chart/model.ts";
import { formatAbout, formatFigure, NOTHING, plural } from "../report/format.ts";
import { cleanLine } from "../report/terminal/clean.ts";
import { widthOf, type TableStream } from "../report/terminal/paint.ts";
import { strip } from "../report/terminal/strip.ts";

/** How the session stands: when it began, what was done, what the charts show. */
export function standingText(
  { state }: Session,
  events: readonly DrillEvent[],
  charts: readonly Chart[],
  terminal: TableStream,
): string {
  const done = Object.entries(counted).flatMap(([event, noun]) => {
    const count = events.filter((one) => one.event === event).length;
    return count > 0 ? [plural(count, noun)] : [];
  });
  const seconds = (Date.now() - Date.parse(state.startedAt)) / 1000;
  const since = seconds < 90 ? `${Math.round(seconds)} s` : formatAbout(seconds);
  const sofar = done.length > 0 ? ` So far: ${done.join(", ")}.` : "";
  const first = `The drill began ${since} ago.${sofar}`;
  const told = charts.filter((chart) => valuesOf(chart).latest !== null);
  if (told.length === 0)
    return `${first}\nThe charts have no values yet; \`aftershock drill\` shows them later.\n`;
  const drawn = told[0] === charts[0] ? `\n${strip(charts[0]!, [], widthOf(terminal))}` : "";
  return `${[first, ...told.map(chartLine)].join("\n")}\n${drawn}`;
}

const counted = { guess: "note", hint: "hint", check: "check" };

function chartLine(chart: Chart): string {
  const { latest, highest, limit, unit } = valuesOf(chart);
  const figure = (value: number | null) =>
    value === null ? NOTHING : formatFigure({ value, unit: unit as Unit });
  const of = limit === null ? "" : ` of ${figure(limit)}`;
  return `${cleanLine(chart.title)}: ${figure(latest)}${of}, highest ${figure(highest)}`;
}

/** What a chart comes to in numbers; null where nothing was seen. */
export function valuesOf({ title, unit, lines: [line] }: Chart) {
  const values = line?.v.filter(Number.isFinite) ?? [];
  const highest = values.length > 0 ? values.reduce((a, b) => Math.max(a, b)) : null;
  return { title, unit, latest: values.at(-1) ?? null, highest, limit: line?.limit ?? null };
}
