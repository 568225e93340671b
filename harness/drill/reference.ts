import { join } from "node:path";
import { pairOf } from "../scenario/pair.ts";
import { readText } from "../scenario/read-text.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";

/**
 * What the story's own fix changes: its patch, or the variables that its arm sets. Undefined where
 * the folder has neither under the arm's name.
 */
export async function referenceDiff(
  folder: string,
  definition: ScenarioDefinition,
): Promise<string | undefined> {
  const [broken = "", name = ""] = pairOf(definition);
  const arm = definition.arms[name];
  if (arm === undefined) return undefined;
  const read = await readText(join(folder, "fixes", `${arm.target ?? name}.patch`));
  if ("text" in read) return read.text;
  const before = definition.arms[broken]?.env ?? {};
  const set = Object.entries(arm.env ?? {}).filter(([key, value]) => before[key] !== value);
  return set.length > 0 ? set.map(([key, value]) => `+${key}=${value}\n`).join("") : undefined;
}
