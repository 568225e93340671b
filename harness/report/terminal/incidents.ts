import type { Verdict } from "../../judge/verdict-types.ts";
import type { ScenarioDefinition } from "../../scenario/types.ts";
import { tellIncident, type Told, type ToldIncident } from "../incident.ts";
import { hasBegun, rateText } from "../telling.ts";
import { cleanData } from "./clean.ts";
import { painterFor, widthOf, type Paint, type TableStream } from "./paint.ts";
import { cut, wrap } from "./text.ts";

/**
 * The run as incidents, for whoever wants to know whether the lab is any good: of each how it
 * failed, how it held, and by how much. Three lines each and an empty one, where the scenario has
 * words for it. As wide as the stream, up to 100 columns.
 */
export function incidentTable(
  said: Verdict,
  scenarios: ReadonlyMap<string, ScenarioDefinition>,
  stream: TableStream = {},
): string {
  const { scenarios: all } = cleanData(said);
  const paint = painterFor(stream);
  const width = widthOf(stream);
  const told = all
    .filter(({ arms }) => arms.some(hasBegun))
    .map((scenario) => ({
      rates: scenario.rates.map((rate) => `  ${rateText(rate, scenario.flaky)}`),
      incident: cleanData(tellIncident(scenario, scenarios.get(scenario.id))),
    }));
  const columns = columnsOf(told.map(({ incident }) => incident));
  const lines = told.flatMap(({ incident, rates }) => [
    heading(incident, width, paint),
    ...armLines(incident.failed, "", columns, width, paint),
    ...armLines(incident.held, incident.change, columns, width, paint),
    ...rates,
    "",
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

interface Columns {
  readonly word: number;
  readonly figure: number;
  readonly change: number;
}

function columnsOf(incidents: readonly ToldIncident[]): Columns {
  const told = incidents.flatMap(({ failed, held }) => [failed, held]).filter((one) => one);
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));
  return {
    word: widest(told.map((one) => one!.word)),
    figure: widest(told.map((one) => one!.figure)),
    change: widest(incidents.map(({ change }) => change)),
  };
}

/** The title, and at the right end the id: by that it is called. */
function heading({ id, title }: ToldIncident, width: number, paint: Paint): string {
  const room = width - id.length - 2;
  return `${paint("bold", cut(title, room))}${" ".repeat(Math.max(2, width - id.length - Math.min(title.length, room)))}${id}`;
}

function armLines(
  told: Told | undefined,
  change: string,
  columns: Columns,
  width: number,
  paint: Paint,
): readonly string[] {
  if (told === undefined) return [];
  const { word, how, figure, arm } = told;
  const right = `${figure.padStart(columns.figure)}  ${change.padEnd(columns.change)}`;
  const indent = columns.word + 4;
  const room = Math.max(16, width - indent - right.length - 2);
  const [first = "", ...more] = wrap(how, room, "");
  return [
    `  ${paint(arm.ok ? "green" : "red", word.padEnd(columns.word))}  ${`${first.padEnd(room)}  ${right}`.trimEnd()}`,
    ...more.map((text) => `${" ".repeat(indent)}${text}`),
  ];
}
