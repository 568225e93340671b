import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { meant, told } from "./check.ts";
import { quoted } from "./position.ts";
import { shown } from "./shown.ts";
import type { HeardClaims } from "./trial.ts";

/**
 * What is wrong with a scenario's claims, a line each with its place: in scenario.ts, or in the
 * file beside it where the claim's id is written. `services` are those that compose starts.
 */
export async function claimProblems(
  heard: HeardClaims,
  folder: string,
  services: readonly string[],
): Promise<readonly string[]> {
  const strangers = heard.services
    .filter((name) => !services.includes(name))
    .map((name) => `judge: compose.yml has no service "${name}"${meant(name, services)}`);
  const sources = await sourcesOf(folder);
  const lines = [...heard.problems, ...strangers].map((says) => {
    const word = /"([^"]+)"/.exec(says)?.[1];
    const [, arm, list] = /^arms\.([\w-]+)\.(\w+): /.exec(says) ?? [];
    if (arm !== undefined && word !== undefined) {
      const problem = { path: ["arms", arm, list!], word, says: says + meant(word, heard.ids) };
      return told([problem], folder);
    }
    return word === undefined ? told([{ path: ["judge"], says }], folder) : [found(word, says)];
  });
  return (await Promise.all(lines)).flat();

  function found(word: string, says: string): string {
    for (const [path, source] of sources) {
      const at = quoted(source, word, 0);
      if (at >= 0) return `${shown(path)}:${source.slice(0, at).split("\n").length}: ${says}`;
    }
    return `${shown(join(folder, "scenario.ts"))}:1: ${says}`;
  }
}

/** The scenario's own code, scenario.ts last: what is only named there stands elsewhere first. */
async function sourcesOf(folder: string): Promise<readonly (readonly [string, string])[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
  const sorted = names.toSorted(
    (a, b) => Number(a === "scenario.ts") - Number(b === "scenario.ts"),
  );
  return Promise.all(
    sorted.map(
      async (name) => [join(folder, name), await readFile(join(folder, name), "utf8")] as const,
    ),
  );
}
