import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type * as z from "zod";
import { ScenarioError } from "../errors.ts";
import { nearest } from "./nearest.ts";
import { NotPlain, plainCopy } from "./plain.ts";
import { lineOf } from "./position.ts";
import { scenarioSchema } from "./schema.ts";
import { scenarioFileOf } from "./scenario-file.ts";
import { shown } from "./shown.ts";
import type { ScenarioDefinition } from "./types.ts";

/** Something wrong in scenario.ts: where along the export, and what with the way out. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly says: string;
  /** The mistaken word itself, by which its line is found. */
  readonly word?: string;
}

/**
 * The definition that a scenario.ts exported, checked for all that can be known without compose.
 * @throws ScenarioError SCENARIO_INVALID naming every problem with file and line
 */
export async function checkScenario(exported: unknown, folder: string) {
  const { definition, problems } = definitionOf(exported);
  const all = definition ? [...problems, ...ownProblems(definition, folder)] : problems;
  if (all.length > 0) throw invalid(await told(all, folder));
  return definition!;
}

/** Each problem as one line, `file:line: what`, in the order of the file. */
export async function told(problems: readonly Problem[], folder: string): Promise<string[]> {
  if (problems.length === 0) return [];
  const file = scenarioFileOf(folder);
  const source = await readFile(file, "utf8");
  return problems
    .map(({ path, says, word }) => ({ line: lineOf(source, path, word), says }))
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, says }) => `${shown(file)}:${line}: ${says}`);
}

/** One error for all that is wrong with a scenario. */
export function invalid(lines: readonly string[], code = "SCENARIO_INVALID"): ScenarioError {
  return new ScenarioError(code, [...new Set(lines)].join("\n"), {
    hint: "docs/your-own-incident.md tells what each part means; `aftershock validate` checks again.",
  });
}

/** `; did you mean "..."?` or what there is, for a name that is mistyped. */
export function meant(word: string, known: readonly string[]): string {
  const guess = nearest(word, known);
  if (guess !== undefined) return `; did you mean "${guess}"?`;
  return known.length > 0 ? `; there are ${known.slice(0, 20).join(", ")}` : "";
}

function definitionOf(exported: unknown): {
  readonly definition?: ScenarioDefinition;
  readonly problems: readonly Problem[];
} {
  try {
    const copy = plainCopy(exported);
    const { success, error } = scenarioSchema.safeParse(copy);
    if (success) return { definition: copy as ScenarioDefinition, problems: [] };
    return { problems: error.issues.map((one) => problem(one.path, wordsOf(one))) };
  } catch (error) {
    if (error instanceof NotPlain) return { problems: [problem(error.path, error.message)] };
    throw error;
  }
}

/** Of a key that isn't allowed zod says why one level deeper. */
const wordsOf = (issue: z.core.$ZodIssue) =>
  issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;

const problem = (path: readonly PropertyKey[], says: string): Problem => ({
  path,
  says: `${path.map(String).join(".") || "default export"}: ${says}`,
});

function ownProblems(d: ScenarioDefinition, folder: string): readonly Problem[] {
  const problems: Problem[] = [];
  if (d.id !== basename(folder))
    problems.push({ path: ["id"], says: `id "${d.id}" is not the folder's name` });
  const broken = Object.keys(d.arms).filter((arm) => d.arms[arm]?.role === "broken");
  for (const [arm, { against }] of Object.entries(d.arms)) {
    if (against === undefined || broken.includes(against)) continue;
    const says = `"${against}" is no broken arm${meant(against, broken)}`;
    problems.push({ path: ["arms", arm, "against"], says, word: against });
  }
  return [...problems, ...sameArms(d)];
}

/** Arms that nothing tells apart: whatever is seen in one, the other shows as well. */
function sameArms({ arms }: ScenarioDefinition): readonly Problem[] {
  const seen = new Map<string, string>();
  return Object.entries(arms).flatMap(([name, arm]) => {
    const key = JSON.stringify(Object.entries(variablesOf(name, arm)).toSorted());
    const other = seen.get(key);
    seen.set(key, other ?? name);
    if (other === undefined) return [];
    const says = `arms.${name}: nothing tells it from "${other}": give it another \`target\` or \`env\``;
    return [{ path: ["arms", name], says }];
  });
}

/** Variables of compose.yml in one arm: ARM, the build target, and the arm's own. */
export function variablesOf(name: string, arm: ScenarioDefinition["arms"][string]) {
  return { ARM: arm.target ?? name, ...arm.env };
}
