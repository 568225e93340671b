import { join } from "node:path";
import type { Drill } from "../drill/load.ts";
import { placesOf, type Session } from "../drill/session.ts";
import { cleanLine } from "../report/terminal/clean.ts";
import { markdownText } from "../report/terminal/markdown.ts";
import { painterFor, widthOf, type TableStream } from "../report/terminal/paint.ts";
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
export function alertText(
  { definition, symptom }: Drill,
  { state }: Session,
  terminal: TableStream,
): string {
  const { title, level, minutes } = definition;
  const name = state.blind ? "A drill" : cleanLine(title);
  const paint = painterFor(terminal);
  const page = markdownText(symptom, widthOf(terminal), paint);
  return `${paint("bold", name)}  (level ${level}, about ${minutes} min)\n\n${page}\n`;
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
