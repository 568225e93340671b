import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { filesBelow } from "./walk.ts";

const largest = 1024 ** 2;
const mostText = 64 * largest;

/**
 * The text of all that could read an arm's variable: compose.yml, the compose files that it names,
 * the scenario's code; and where the code hands all of `arm.env` on, everything in the folder.
 */
export async function readersOf(folder: string, compose: string): Promise<string> {
  const words = compose.split(/[^\w./-]+/);
  const named = words.filter((word) => /\.ya?ml$/.test(word)).map((word) => resolve(folder, word));
  const found = await filesBelow(folder);
  const all = found.flatMap(({ path, kind }) => (kind === "file" ? [join(folder, path)] : []));
  const near = await textOf([
    ...named,
    ...all.filter((path) => /\.([cm]?[jt]s|ya?ml)$/.test(path)),
  ]);
  return handsAllOn(near)
    ? `${near}\n${await textOf(all.filter((path) => !path.endsWith(".md")))}`
    : near;
}

/** Whether `arm.env` goes somewhere as a whole, by itself or out of `{ env } = arm`. */
function handsAllOn(code: string): boolean {
  if (/\barm\.env\b(?!\s*(\?\.|[.[]))/.test(code)) return true;
  const taken = code.matchAll(/\{([^{}]*)\}\s*=\s*[\w.]*\barm\b/g);
  return taken.some(([, names = ""]) => /\benv\b/.test(names));
}

/** What is read of them, up to a bound: what nobody may read has no reader. */
async function textOf(paths: readonly string[]): Promise<string> {
  const texts: string[] = [];
  let room = mostText;
  for (const path of new Set(paths)) {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile() || found.size > Math.min(largest, room)) continue;
    texts.push(await readFile(path, "utf8").catch(() => ""));
    room -= found.size;
  }
  return texts.join("\n");
}
