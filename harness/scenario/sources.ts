import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { lineOf } from "./position.ts";
import { scenarioFileOf } from "./scenario-file.ts";
import { filesBelow } from "./walk.ts";

/** Path and text of a scenario's code; its scenario.ts is the last. */
export type Sources = readonly (readonly [path: string, text: string])[];

/** scenario.ts and what lies beside it; a file that cannot be read is none that words come from. */
export async function sourcesOf(folder: string): Promise<Sources> {
  const main = scenarioFileOf(folder);
  const beside = (await filesBelow(folder))
    .filter(({ path, kind }) => kind === "file" && /^[^/]+\.m?[jt]s$/.test(path))
    .map(({ path }) => join(folder, path))
    .filter((path) => path !== main);
  const read = async (path: string) => [path, await readFile(path, "utf8")] as const;
  const texts = await Promise.all(beside.map((path) => read(path).catch(() => undefined)));
  return [...texts.filter((source) => source !== undefined), await read(main)];
}

/** Where a word stands in quotes; where it does nowhere, the place in scenario.ts that a path leads to. */
export function placeIn(
  sources: Sources,
  path: readonly PropertyKey[],
  word?: string,
): { readonly file: string; readonly line: number } {
  const [file, text] = sources.find(([, one]) => word && isQuoted(one, word)) ?? sources.at(-1)!;
  return { file, line: lineOf(text, path, word) };
}

const isQuoted = (text: string, word: string) =>
  ['"', "'", "`"].some((quote) => text.includes(quote + word + quote));
