import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../scenario/read-text.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import type { DrillDefinition } from "./definition.ts";
import type { Riddle } from "./spoilers.ts";

/** Shorter lines say nothing by themselves: a brace, an import that is everywhere. */
const TELLING = 20;

/** What a drill is not to give away: its own words, and what its scenario's right fixes add. */
export async function riddleOf(
  { spoilers }: Pick<DrillDefinition, "spoilers">,
  definition: ScenarioDefinition,
  folder: string,
): Promise<Riddle> {
  return { ...spoilers, lines: await fixLines(definition, folder) };
}

/**
 * Lines over 20 characters that the patches of right arms add, but for those that the broken system
 * has as well: a line that was moved is no news.
 */
async function fixLines(
  definition: ScenarioDefinition,
  folder: string,
): Promise<readonly string[]> {
  const right = Object.entries(definition.arms).flatMap(([name, { role, target }]) =>
    role === "fixed" ? [`${target ?? name}.patch`] : [],
  );
  const fixes = join(folder, "fixes");
  const there = new Set(await readdir(fixes).catch(() => []));
  const names = [...new Set(right)].filter((name) => there.has(name));
  const texts = await Promise.all(names.map((name) => readText(join(fixes, name))));
  const lines = texts.flatMap((read) => ("text" in read ? read.text.split("\n") : []));
  const of = (sign: string) =>
    lines
      .filter((line) => line.startsWith(sign) && !/^(\+\+\+|---) /.test(line))
      .map((line) => line.slice(1).trim());
  const known = [...of("-"), ...of(" ")].join("\n");
  return [...new Set(of("+"))].filter((line) => line.length > TELLING && !known.includes(line));
}
