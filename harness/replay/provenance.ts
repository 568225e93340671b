import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { execa } from "execa";
import { closed } from "../engine/environment.ts";
import type { Provenance } from "../record/schema.ts";
import type { ComposeModel } from "../scenario/compose-model.ts";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** What is the same for all arms of a scenario. */
export type Origin = Omit<Provenance, "configuration" | "images">;

/** Files of a scenario's folder that decide nothing. */
const beside = /^(README\.md$|drill\/)/;

/** Which code a scenario's folder holds, and what ran it. */
export async function originOf(folder: string, args = process.argv.slice(2)): Promise<Origin> {
  const git = async (...words: string[]): Promise<string | null> => {
    const { stdout, failed } = await execa("git", ["-C", folder, ...words], {
      env: closed(process.env),
      extendEnv: false,
      reject: false,
      stdin: "ignore",
      timeout: 5_000,
    });
    return failed ? null : stdout.trim();
  };
  const [commit, changes, scenario] = await Promise.all([
    git("rev-parse", "HEAD"),
    git("status", "--porcelain"),
    scenarioHash(folder),
  ]);
  const clean = changes === null ? null : changes === "";
  return { version, commit, clean, scenario, arguments: args };
}

/** The same with what was in force for one arm. */
export function provenanceOf(
  origin: Origin,
  model: ComposeModel,
  images: Readonly<Record<string, { readonly id: string }>>,
): Provenance {
  const ids = Object.entries(images).map(([service, { id }]) => [service, id]);
  return { ...origin, configuration: configurationHash(model), images: Object.fromEntries(ids) };
}

/**
 * SHA-256 over paths and contents of what decides an arm and its verdict in a scenario's folder.
 */
export async function scenarioHash(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !beside.test(path) && !path.includes("node_modules/"))
    .toSorted();
  const hash = createHash("sha256");
  for (const path of paths)
    hash
      .update(`${path}\0`)
      .update(await readFile(join(folder, path)))
      .update("\0");
  return hash.digest("hex");
}

/**
 * SHA-256 of the configuration as compose resolved it: the same in each clone of the same code, so
 * no path of this machine is in it.
 */
export function configurationHash({
  folder,
  text: _,
  secrets: __,
  ...model
}: ComposeModel): string {
  const text = JSON.stringify(model).replaceAll(JSON.stringify(folder).slice(1, -1), ".");
  return createHash("sha256").update(text).digest("hex");
}
