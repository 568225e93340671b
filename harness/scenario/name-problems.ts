import { METRIC_NAMES } from "../record/metrics.ts";
import { meant } from "./check.ts";
import { nearest } from "./nearest.ts";
import type { HeardClaims } from "./trial.ts";
import type { ScenarioDefinition } from "./types.ts";

/** A name that there is not: where it is looked for, the word itself, and the sentence. */
interface NameProblem {
  readonly path: readonly string[];
  readonly word: string;
  readonly says: string;
}

/**
 * Names that judge and drive speak of and that there are not.
 * @param text all of the scenario's code, by which a name that is told in some other way is known
 */
export function nameProblems(
  definition: ScenarioDefinition,
  { asked, driven, figures }: HeardClaims,
  { services, text }: { readonly services: readonly string[]; readonly text: string },
): readonly NameProblem[] {
  const { headline, loads = [], phases = [] } = definition;
  const told = (
    kind: "phase" | "load" | "observation",
    declared: readonly string[],
    besides: readonly string[] = [],
  ) => {
    const known = [...new Set([...driven[`${kind}s`], ...declared])];
    const missing = asked[`${kind}s`].filter((one) => ![...known, ...besides].includes(one));
    const unasked = known.filter((one) => !asked[`${kind}s`].includes(one));
    return missing
      .filter((one) => nearest(one, unasked) || (driven.isWhole && isSaidOnce(text, one)))
      .map((word) => ({
        path: ["judge"],
        word,
        says: `the judge asks for ${article(kind)} ${kind} "${word}", which the drive never tells of${meant(word, known)}`,
      }));
  };
  return [
    ...unknown("judge", "service", asked.services, services),
    ...unknown("drive", "service", driven.services, services),
    ...unknown("judge", "metric", asked.metrics, METRIC_NAMES),
    ...told("phase", ["baseline", ...phases]),
    ...told("load", loads),
    ...told("observation", [], driven.besides),
    ...(headline === undefined || figures.length === 0 || figures.includes(headline.figure)
      ? []
      : [
          {
            path: ["headline", "figure"],
            word: headline.figure,
            says: `there is no figure "${headline.figure}"${meant(headline.figure, figures)}`,
          },
        ]),
  ];
}

/** Nothing where no name is known. */
function unknown(
  part: "judge" | "drive",
  what: string,
  asked: readonly string[],
  known: readonly string[],
): readonly NameProblem[] {
  if (known.length === 0) return [];
  return asked
    .filter((name) => !known.includes(name))
    .map((word) => ({
      path: [part],
      word,
      says: `the ${part} asks for a ${what} "${word}", which there is not${meant(word, known)}`,
    }));
}

const article = (kind: string) => (kind === "observation" ? "an" : "a");

/** A name that is written down twice is told of somewhere, though nobody saw it. */
const isSaidOnce = (text: string, word: string) =>
  ['"', "'", "`"].reduce((n, quote) => n + text.split(quote + word + quote).length - 1, 0) <= 1;
