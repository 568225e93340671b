import { join } from "node:path";
import { meant, told } from "./check.ts";
import { serviceNames, type ResolvedArm } from "./compose-check.ts";
import { codeOf, type Scenario } from "./load.ts";
import { nameProblems } from "./name-problems.ts";
import { shown } from "./shown.ts";
import { placeIn, sourcesOf } from "./sources.ts";
import { hearClaims, type HeardClaims } from "./trial.ts";
import type { ScenarioDefinition } from "./types.ts";

/**
 * What is wrong with a scenario's claims, judged on a record of nothing: a line each with its
 * place, in scenario.ts or in the file beside it where the word stands.
 */
export async function claimProblems(
  { definition, folder }: Scenario,
  arms: readonly ResolvedArm[],
): Promise<readonly string[]> {
  const heard = await hearClaims(codeOf(folder));
  const sources = await sourcesOf(folder);
  const services = [...new Set(arms.flatMap(serviceNames))];
  const lines = [
    ...heard.problems.map((says) => placed(says, definition, heard)),
    ...nameProblems(definition, heard, {
      services,
      text: sources.map(([, text]) => text).join("\n"),
    }),
  ].map(async ({ path, word, says }) => {
    if (path[0] === "arms") return told([{ path, says, ...(word && { word }) }], folder);
    const { file, line } = placeIn(sources, path, word);
    return [`${shown(file)}:${line}: ${says}`];
  });
  const slips = heard.slips.map(
    ({ path, line, says }) => `${shown(join(folder, path))}:${line}: ReferenceError: ${says}`,
  );
  return [...slips, ...(await Promise.all(lines)).flat()];
}

/** A sentence of the judge's with the place that it speaks of, and a guess what was meant. */
function placed(says: string, { arms }: ScenarioDefinition, heard: HeardClaims) {
  const word = /"([^"]+)"/.exec(says)?.[1];
  const [, arm, list] = /^arms\.([\w-]+)\.(\w+): /.exec(says) ?? [];
  if (arm === undefined || list === undefined || word === undefined)
    return { path: ["judge", partNamed(says)], word, says };
  const own = arms[arm]?.kind === "no fault" ? heard.broken : heard.fixed;
  const known = list === "upholds" ? [...heard.broken, ...heard.fixed] : own;
  return { path: ["arms", arm, list], word, says: says + meant(word, known) };
}

/** The part of the judge that a sentence speaks of. */
const partNamed = (says: string) =>
  says
    .match(/`(broken|fixed|contrast)`/g)
    ?.at(-1)
    ?.replaceAll("`", "") ?? "guards";
