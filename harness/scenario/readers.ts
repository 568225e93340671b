import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

const largest = 1024 ** 2;
const mostFiles = 2000;

/**
 * The text of all that could read an arm's variable: compose.yml, the compose files that it names,
 * the scenario's code; and where the code hands all of `arm.env` on, everything in the folder.
 */
export async function readersOf(folder: string, compose: string): Promise<string> {
  const named = [...compose.matchAll(/[\w./-]+\.ya?ml/g)].map(([path]) => resolve(folder, path));
  const all = await filesBelow(folder);
  const near = await textOf([
    ...named,
    ...all.filter((path) => /\.([cm]?[jt]s|ya?ml)$/.test(path)),
  ]);
  return /\barm\.env\b(?!\s*(\?\.|[.[]))|\{[^}]*\benv\b[^}]*\}\s*=\s*[\w.]*\barm\b/.test(near)
    ? `${near}\n${await textOf(all.filter((path) => !path.endsWith(".md")))}`
    : near;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .slice(0, mostFiles)
    .map((entry) => join(entry.parentPath, entry.name));
}

async function textOf(paths: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const path of new Set(paths)) {
    if (!existsSync(path)) continue;
    const found = await stat(path);
    if (found.isFile() && found.size <= largest) texts.push(await readFile(path, "utf8"));
  }
  return texts.join("\n");
}
