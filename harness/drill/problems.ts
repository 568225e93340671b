import { meant } from "../scenario/check.ts";
import { nearest } from "../scenario/nearest.ts";
import type { Fixable } from "../scenario/types.ts";
import type { DrillDefinition } from "./definition.ts";
import { DRILL_FILE, type DrillFile, type DrillProblem } from "./drill-file.ts";
import { sectionsOf, wordCount } from "./papers.ts";

/** What a drill is held against. */
export interface DrillFacts {
  /** Containers' names, as claims know them. */
  readonly services: readonly string[];
  readonly fixable: Fixable;
  /** Ids of all that a right fix promises, the contrast among them. */
  readonly claims: readonly string[];
  /** Other drills beside it. */
  readonly others: readonly Pick<DrillDefinition, "number" | "name">[];
}

type Path = readonly PropertyKey[];

/** What drill.yml says that is not so, each with its line. */
export function drillProblems(
  drill: DrillDefinition,
  facts: DrillFacts,
  lineOf: DrillFile["lineOf"],
): readonly DrillProblem[] {
  const at = (path: Path, says: string): DrillProblem => {
    return { file: DRILL_FILE, line: lineOf(path), says: `${path.join(".")}: ${says}` };
  };
  const known = (path: Path, word: string, names: readonly string[], what: string) =>
    names.includes(word) ? [] : [at(path, `there is no ${what} "${word}"${meant(word, names)}`)];
  const { services, fixable } = facts;
  const places = Object.keys(fixable.places);
  const handed = Object.keys(drill.workspace);
  const folders = Object.values(drill.workspace).map(({ as }) => as);
  return [
    ...known(["victim"], drill.victim, services, "service"),
    ...drill.charts.flatMap((chart, i) =>
      "service" in chart ? known(["charts", i, "service"], chart.service, services, "service") : [],
    ),
    ...handed.flatMap((place, i) => [
      ...known(["workspace", place], place, places, "place of `fixable`"),
      ...(folders.indexOf(folders[i]!) < i
        ? [at(["workspace", place, "as"], `"${folders[i]}" is another place's folder`)]
        : []),
    ]),
    ...drill.settings.flatMap((name, i) =>
      known(["settings", i], name, fixable.settings ?? [], "setting of `fixable`"),
    ),
    ...Object.keys(drill.without).flatMap((name) =>
      known(["without", name], name, services, "service"),
    ),
    ...drill.parses.flatMap(({ place }, i) =>
      known(["parses", i, "place"], place, handed, "place of `workspace`"),
    ),
    ...claimWords(drill, facts.claims).map(([path, says]) => at(path, says)),
    ...facts.others.flatMap(({ number, name }) => [
      ...(number === drill.number ? [at(["number"], `${number} is the number of "${name}"`)] : []),
      ...(name === drill.name ? [at(["name"], `number ${number} is called so`)] : []),
    ]),
  ];
}

/**
 * Each promise has words of its own. What else has may be one that is made of some records alone,
 * and a slip only where it is nearly one that lacks them.
 */
function claimWords(
  { claims }: DrillDefinition,
  ids: readonly string[],
): readonly (readonly [Path, string])[] {
  const missing = ids.filter((id) => claims[id] === undefined);
  const slips = Object.keys(claims).filter(
    (id) => !ids.includes(id) && nearest(id, missing) !== undefined,
  );
  return [
    ...(missing.length > 0
      ? [[["claims"], `without words for ${missing.join(", ")}`] as const]
      : []),
    ...slips.map((id) => [["claims", id], `no fix is held to this${meant(id, missing)}`] as const),
  ];
}

const longestSymptom = 150;

/** What is wrong with what people read. */
export function paperProblems(papers: {
  readonly symptom: string;
  readonly hints: string;
  readonly debrief: string;
}): readonly DrillProblem[] {
  const words = wordCount(papers.symptom);
  const hints = sectionsOf(papers.hints);
  const empty = hints.filter(({ text }) => text === "");
  return [
    ...(words === 0 || words > longestSymptom
      ? [
          {
            file: "symptom.md",
            line: 1,
            says: `${words} words, and it takes 1 to ${longestSymptom}`,
          },
        ]
      : []),
    ...(hints.length < 2 || hints.length > 4
      ? [
          {
            file: "hints.md",
            line: 1,
            says: `${hints.length} parts under "## ", and it takes 2 to 4`,
          },
        ]
      : []),
    ...empty.map(({ line, heading }) => {
      return { file: "hints.md", line, says: `nothing stands under "${heading}"` };
    }),
    ...(wordCount(papers.debrief) === 0
      ? [{ file: "debrief.md", line: 1, says: "it is empty" }]
      : []),
  ];
}
