import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { packageRoot } from "../package.ts";
import { takenFrom } from "./from-compose.ts";
import { newPlaceFor } from "./places.ts";
import { readText } from "./read-text.ts";
import { filesBelow } from "./walk.ts";
import { shown } from "./shown.ts";

export interface Written {
  readonly folder: string;
  /** What was written, from the folder. */
  readonly files: readonly string[];
  /** What a compose file has that the scenario has not, each in a few words. */
  readonly notes: readonly string[];
}

/** A scenario itself, `template` by name: what `new` writes is this under another name. */
const template = join(packageRoot, "template");
const TEMPLATE_ID = /\btemplate\b/g;

/**
 * Writes a small scenario that replays at once, into the project that one stands in.
 * @throws UsageError BAD_ID, or FOLDER_TAKEN where there is something already
 */
export async function newScenario(
  id: string,
  { from }: { readonly from?: string } = {},
): Promise<Written> {
  if (!/^[a-z][a-z0-9-]{0,99}$/.test(id))
    throw new UsageError("BAD_ID", "An id has small letters, digits and hyphens, a letter first.");
  const folder = newPlaceFor(id);
  if (existsSync(folder))
    throw new UsageError("FOLDER_TAKEN", `${shown(folder)} is there already.`, {
      hint: "Choose another id; nothing is written over.",
    });
  const { files, notes } = await (from === undefined ? plainly(id) : takenOver(id, from, folder));
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: "wx" });
  }
  const code = codeName(folder);
  if (code !== "scenario.ts") await rename(join(folder, "scenario.ts"), join(folder, code));
  const names = files.map(([path]) => (path === "scenario.ts" ? code : path));
  return { folder, files: names, notes };
}

interface Content {
  readonly files: readonly (readonly [path: string, text: string])[];
  readonly notes: readonly string[];
}

async function plainly(id: string): Promise<Content> {
  const files = (await filesBelow(template)).map(async ({ path }) => {
    const text = await readFile(join(template, path), "utf8");
    return [path, text.replaceAll(TEMPLATE_ID, id)] as const;
  });
  return { files: await Promise.all(files), notes: [] };
}

/** The same scenario about the services of a compose file: what its fault and its fix are, is to be said. */
async function takenOver(id: string, file: string, folder: string): Promise<Content> {
  const { files } = await plainly(id);
  const text = await readText(file);
  if ("fault" in text) throw new UsageError("BAD_FLAG", `--from: ${shown(file)} ${text.fault}.`);
  const places = { from: dirname(resolve(file)), to: folder };
  const { service, services, port, notes, ...compose } = takenFrom(text.text, file, id, places);
  const about = (code: string) =>
    code
      .replace('["app", "client"]', JSON.stringify([...services, "client"]))
      .replaceAll('"app"', `"${service}"`)
      .replaceAll("http://app:8000/", `http://${service}:${port}/`)
      .replaceAll(/^ +target: "broken",\n|^ +\/\/ What `check`.*\n|^ +fixable:.*\n/gm, "")
      .replace(/^ +bounded: .*\n/m, FIXED)
      .replace("96 MiB", "512 MiB")
      .replace("192m", "1g")
      .replaceAll("REMEMBER", "FAULT");
  const own = files.flatMap(([path, code]): Content["files"] => {
    if (path === "README.md") return [[path, code]];
    return path === "scenario.ts" ? [[path, about(code)]] : [];
  });
  return { files: [...own, ["compose.yml", compose.text]], notes };
}

const FIXED = `    // FIX and FAULT are given to the service by compose.yml: say there what they change, as a tag or a
    // setting. Until then nothing leaks, and nothing is reproduced.
    bounded: { role: "fixed", why: "what was done about it", env: { FIX: "yes" } },
`;

/** Where package.json says that files are CommonJS, or nothing, a module says so by its name. */
function codeName(folder: string): string {
  for (let at = dirname(folder); dirname(at) !== at; at = dirname(at)) {
    const file = join(at, "package.json");
    if (!existsSync(file)) continue;
    const { type } = JSON.parse(readFileSync(file, "utf8")) as { type?: string };
    return type === "module" ? "scenario.ts" : "scenario.mts";
  }
  return "scenario.mts";
}
