import { join } from "node:path";
import type { WatchedChart } from "../drill/charts.ts";
import type { DrillEvent } from "../drill/events.ts";
import type { Drill } from "../drill/load.ts";
import { placesOf, type Session } from "../drill/session.ts";
import { formatAbout, formatFigure, NOTHING } from "../report/format.ts";
import { shown } from "../scenario/shown.ts";

/** What can be begun, a line each. */
export function drillList(drills: readonly Drill[]): string {
  if (drills.length === 0) return "There are no drills here.\n";
  const width = Math.max(...drills.map(({ definition: { title } }) => title.length));
  const lines = drills.map(
    ({ definition: { number, title, level, minutes } }) =>
      `${String(number).padStart(3)}  ${title.padEnd(width)}  level ${level}, about ${minutes} min`,
  );
  return `${lines.join("\n")}\n\nBegin one: aftershock drill ${drills[0]!.definition.number}\n`;
}

/** What happened, as it was reported: all that is known at the beginning. */
export function alertText({ definition, symptom }: Drill, { state }: Session): string {
  const { title, level, minutes } = definition;
  const name = state.blind ? "A drill" : title;
  return `${name}  (level ${level}, about ${minutes} min)\n\n${symptom.trim()}\n\n`;
}

/** Where things are, and what can be done. */
export function waysText({ definition }: Drill, { path }: Session): string {
  const verbs = [
    ["aftershock shell", `look around beside ${definition.victim}: ps, ss, strace, tcpdump, gdb`],
    ['aftershock note "..."', "write down what you think it is"],
    ["aftershock check --watch", "judge what is in the workspace, at each save"],
    ["aftershock hint", "the next hint"],
    ["aftershock drill", "this page, and the charts, again"],
    ["aftershock reveal", "the story behind it"],
    ["aftershock drill --end", "take it all down; your files stay"],
  ] as const;
  const lines = verbs.map(([verb, what]) => `  ${verb.padEnd(25)} ${what}`);
  const { workspace, logs } = placesOf(path);
  const places = [
    `Its code, yours to edit: ${shown(workspace)}/`,
    `What it says: ${shown(join(logs, `${definition.victim}.log`))}`,
  ];
  return `${places.join("\n")}\n${lines.join("\n")}\n`;
}

/** How the session stands: when it began, what was done, what the charts show. */
export function standingText(
  { state }: Session,
  events: readonly DrillEvent[],
  charts: readonly WatchedChart[],
  now = Date.now(),
): string {
  const count = (name: string) => events.filter(({ event }) => event === name).length;
  const done = (["guess", "hint", "check"] as const)
    .filter((name) => count(name) > 0)
    .map((name) => `${names[name]} ${count(name)}`);
  const since = formatAbout((now - Date.parse(state.startedAt)) / 1000);
  const first = [`begun ${since} ago`, ...done].join(", ");
  return [first, ...charts.map(chartLine), ""].join("\n");
}

const names = { guess: "notes", hint: "hints", check: "checks" };

function chartLine({ title, unit, latest, highest, course, ms }: WatchedChart): string {
  const figure = (value: number | null) =>
    value === null ? NOTHING : formatFigure({ value, unit });
  return `${title}: ${figure(latest)}, highest ${figure(highest)}\n  ${sparkline(course)}  last ${formatAbout(ms / 1000)}`;
}

const bars = "▁▂▃▄▅▆▇█";

/** A course as one line of bars, from none to the highest; blank where nothing was seen. */
export function sparkline(course: readonly (number | null)[]): string {
  const most = Math.max(1, ...course.map((value) => value ?? 0));
  return course
    .map((value) =>
      value === null
        ? " "
        : bars[Math.min(bars.length - 1, Math.floor((value / most) * bars.length))],
    )
    .join("");
}
