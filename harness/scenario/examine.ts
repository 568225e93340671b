import { readFile } from "node:fs/promises";
import { ScenarioError } from "../errors.ts";
import { invalid, told, variablesOf, type Problem } from "./check.ts";
import { targetProblems } from "./build-check.ts";
import {
  composeProblems,
  memoryProblems,
  sameAnswers,
  serviceProblems,
  unusedVariables,
  type ComposeProblem,
  type ResolvedArm,
} from "./compose-check.ts";
import { claimProblems } from "./claim-problems.ts";
import { composeFileOf } from "./compose-file.ts";
import type { ComposeModel } from "./compose-model.ts";
import { composeLines } from "./compose-lines.ts";
import { asMeant } from "./dollars.ts";
import { lineEndProblems } from "./line-ends.ts";
import { fixableProblems } from "./fixable-check.ts";
import { groundOf } from "./ground.ts";
import type { Scenario } from "./load.ts";
import { isOwn } from "./places.ts";
import { readersOf } from "./readers.ts";
import { policyFaults, type Fault } from "./policy.ts";
import { shown } from "./shown.ts";

/** Compose's answer for one arm's variables. */
export type AskCompose = (variables: Readonly<Record<string, string>>) => Promise<ComposeModel>;

export interface ExamineOptions {
  /** Only these arms; all if left out. */
  readonly arms?: readonly string[] | undefined;
  /** Also judge nothing, so that what is wrong with the claims is told. Default: not of our own. */
  readonly hear?: boolean;
}

/** One error for several: whoever mends them wants to see all. */
export function together(errors: readonly ScenarioError[]): ScenarioError {
  const [first] = errors;
  if (first && errors.length === 1) return first;
  const worst = errors.some(({ code }) => code === "POLICY_BROKEN");
  const lines = errors.flatMap(({ message }) => message.split("\n"));
  return invalid(lines, worst ? "POLICY_BROKEN" : "SCENARIO_INVALID");
}

/**
 * All that can be known to be wrong with a scenario before anything starts: what compose refuses,
 * names that are none, and what breaks the policy. Gives the arms as compose resolves them.
 * @throws ScenarioError POLICY_BROKEN or SCENARIO_INVALID, one line for each problem
 */
export async function examine(
  scenario: Scenario,
  ask: AskCompose,
  options: ExamineOptions = {},
): Promise<readonly ResolvedArm[]> {
  const { definition, folder } = scenario;
  const file = composeFileOf(folder);
  const text = await readFile(file, "utf8");
  const { arms, refused } = await askAll(scenario, ask, options.arms);

  const faults = arms.flatMap(({ compose }) => policyFaults(compose, groundOf(folder)));
  const readers = await readersOf(folder, text);
  const problems: readonly Problem[] = [
    ...arms.flatMap((arm) => serviceProblems(definition, arm)),
    ...arms.flatMap((arm) => memoryProblems(definition, arm)),
    ...(await Promise.all(arms.map(targetProblems))).flat(),
    ...fixableProblems(definition, arms, readers),
    ...unusedVariables(definition, readers),
    // Somebody's own fix differs in its files, of which compose knows nothing.
    ...(scenario.fix ? [] : sameAnswers(arms, readers)),
  ];
  const ofCompose: readonly ComposeProblem[] = [
    ...(await Promise.all(arms.map((arm) => composeProblems(definition, arm)))).flat(),
    ...faults.map((one) => ({ place: placeOf(one), says: `${nameOf(one)}${one.says}` })),
  ];
  const lines = [
    ...(await told(problems, folder)),
    ...(await lineEndProblems(folder)),
    ...((options.hear ?? !isOwn(folder)) ? await claimProblems(scenario, arms) : []),
    ...refused,
    ...inOrder(ofCompose, composeLines(text)).map((line) => `${shown(file)}:${line}`),
  ];
  if (lines.length > 0)
    throw invalid(lines, faults.length > 0 ? "POLICY_BROKEN" : "SCENARIO_INVALID");
  return arms;
}

/** Compose's answers, a few at a time, until it refuses one: it would the others as well. */
async function askAll({ definition }: Scenario, ask: AskCompose, only?: readonly string[]) {
  const arms: ResolvedArm[] = [];
  const refused: string[] = [];
  const left = Object.entries(definition.arms).filter(([name]) => only?.includes(name) ?? true);
  const work = async () => {
    for (let next = left.shift(); next && refused.length === 0; next = left.shift()) {
      const [name, arm] = next;
      const variables = variablesOf(name, arm);
      try {
        arms.push({ name, variables, compose: asMeant(await ask(variables)) });
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error;
        refused.push(error.message);
      }
    }
  };
  await Promise.all([work(), work(), work()]);
  // As they are defined, whichever was answered first: what is told is then always the same.
  const order = Object.keys(definition.arms);
  return { arms: arms.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)), refused };
}

/** "LINE: what" for each, in the order of the file. */
function inOrder(problems: readonly ComposeProblem[], lineOf: ReturnType<typeof composeLines>) {
  return problems
    .map(({ place, says }) => ({ line: lineOf(place), says }))
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, says }) => `${line}: ${says}`);
}

function placeOf({ service, network, volume, key }: Fault): readonly string[] {
  if (service !== undefined) return ["services", service, key];
  if (network !== undefined) return ["networks", network, key];
  return volume === undefined ? [key] : ["volumes", volume, key];
}

function nameOf({ service, network, volume }: Fault): string {
  if (service !== undefined) return `${service}: `;
  if (network !== undefined) return `network ${network}: `;
  return volume === undefined ? "" : `volume ${volume}: `;
}
