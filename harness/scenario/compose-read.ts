import { existsSync } from "node:fs";
import { devNull } from "node:os";
import { dirname } from "node:path";
import { ScenarioError } from "../errors.ts";
import { namedFiles, type NamedFile } from "./compose-paths.ts";
import { composeYaml, type ComposeYaml } from "./compose-yaml.ts";
import type { Ground } from "./policy/fault.ts";
import { readText } from "./read-text.ts";
import { shown } from "./shown.ts";

/** A compose file that was read. */
export interface ComposeText {
  readonly path: string;
  readonly text: string;
  readonly yaml: ComposeYaml;
}

/** More than these no incident needs. */
const MOST_FILES = 100;

type Variables = Readonly<Record<string, string>>;
type Waiting = Required<Pick<NamedFile, "base" | "included">> & { readonly path: string };

/**
 * A compose file and all that it extends and includes, read before compose is asked: compose reads
 * whatever they name, of whatever size, and its answer no longer says which files they were.
 * @throws ScenarioError COMPOSE_REFUSED, and POLICY_BROKEN for a file outside of the project
 */
export async function readCompose(
  file: string,
  variables: Variables,
  ground: Ground,
): Promise<readonly ComposeText[]> {
  const read: ComposeText[] = [];
  const seen = new Set<string>();
  const waiting: Waiting[] = [{ path: file, base: dirname(file), included: false }];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const key = JSON.stringify(next);
    if (seen.has(key)) continue;
    if (seen.add(key).size > MOST_FILES)
      throw refused(file, 1, `extends and includes more than ${MOST_FILES} files`);
    const one = await readOne(next.path);
    read.push(one);
    for (const document of one.yaml.documents)
      for (const named of namedFiles(document, { ...next, variables })) {
        const path = await held(named, one, ground);
        const { base, included } = named;
        if (path !== undefined && base !== undefined) waiting.push({ path, base, included });
      }
  }
  return read;
}

async function readOne(path: string): Promise<ComposeText> {
  const found = await readText(path);
  if ("fault" in found) throw refused(path, undefined, found.fault);
  const yaml = composeYaml(found.text);
  const { fault } = yaml;
  if (fault) throw refused(path, yaml.lineAt(fault.offset), fault.told);
  return { path, text: found.text, yaml };
}

/** The path of a file that compose may read; undefined where compose will miss it, and say so. */
async function held(
  { key, written, path, offset }: NamedFile,
  { path: file, yaml }: ComposeText,
  ground: Ground,
): Promise<string | undefined> {
  const refuse = (says: string, code?: string) =>
    refused(file, yaml.lineAt(offset), `${key}: ${shown(written)} ${says}`, code);
  if (path === undefined)
    throw refuse("can't be known beforehand: write it out, or with ${NAME} or ${NAME:-word}");
  if (path === devNull || !existsSync(path)) return undefined;
  if (!ground.allows(path, "build"))
    throw refuse("lies outside of the scenario's project: copy it there", "POLICY_BROKEN");
  const found = await readText(path);
  if ("fault" in found) throw refuse(found.fault);
  return path;
}

/** What is wrong with a compose file, with its place. */
export function refused(
  file: string,
  line: number | undefined,
  words: string,
  code = "COMPOSE_REFUSED",
): ScenarioError {
  const place = line === undefined ? shown(file) : `${shown(file)}:${line}`;
  return new ScenarioError(code, `${place}: ${words}`, {
    hint: "Docker Compose is asked what a scenario is before anything is started; it must be able to tell from the project's files alone.",
  });
}
