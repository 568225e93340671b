import { copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join, parse, resolve } from "node:path";
import * as yaml from "yaml";
import * as z from "zod";
import { UsageError } from "../errors.ts";
import { faultOfPath } from "../files.ts";
import { KiB, MiB } from "../judge/units.ts";
import { nearest } from "./nearest.ts";
import { shown } from "./shown.ts";
import type { Place, ScenarioDefinition } from "./types.ts";

/** Somebody's own fix: what differs from the broken arm. See docs/fixes.md. */
export interface Fix {
  readonly name: string;
  readonly folder: string;
  readonly why?: string | undefined;
  /** Variables of compose.yml that it sets. */
  readonly settings: Readonly<Record<string, string>>;
  /** What it sets of a service beside its image. */
  readonly services: Readonly<Record<string, ServiceChange>>;
  /** What it lays over images. */
  readonly places: readonly ChangedPlace[];
}

/** A folder of the fix that is named like a place of the scenario. */
export interface ChangedPlace extends Place {
  readonly name: string;
  readonly context: string;
  /** Patches at its top, in the order of their names. */
  readonly patches: readonly string[];
  /** Other files and folders at its top: they are laid over the place. */
  readonly files: readonly string[];
  /** Files and folders of the place that are taken away, as paths in it. */
  readonly removed: readonly string[];
  /** The Dockerfile that it brings, which stands on the stage `broken`; undefined if it brings none. */
  readonly dockerfile?: string | undefined;
}

/** No process takes a text with a NUL in it. */
const text = z.string().regex(/^[^\0]*$/, "a text without NUL");
const words = z.union([text, z.array(text)]);
const scalar = z.union([text, z.number(), z.boolean()]).transform(String);
const variables = z
  .record(z.string(), scalar)
  .refine((all) => Object.keys(all).every((name) => /^[^=\s\0]+$/.test(name)), "odd variable name");

/** All that a fix may set of a service: how it is started, and whom it asks for names. */
const change = z.strictObject({
  environment: variables.optional(),
  command: words.optional(),
  entrypoint: words.optional(),
  dns: words.optional(),
  dns_search: words.optional(),
  dns_opt: words.optional(),
  extra_hosts: z.array(z.string().regex(/^[\w.-]+[:=][\d.a-f:]+$/, "NAME:ADDRESS")).optional(),
});
export type ServiceChange = z.infer<typeof change>;

const fixFile = z.strictObject({
  why: z.string().optional(),
  settings: variables.default({}),
  services: z.record(z.string(), change).default({}),
});

/** Beside the places a fix's folder may hold these. */
const beside = new Set(["fix.yml", "README.md"]);

/**
 * Reads a fix from its folder; nothing of it is run here.
 * @throws UsageError FIX_INVALID naming the file, and what the scenario lets a fix change
 */
export async function readFix(folder: string, scenario: ScenarioDefinition): Promise<Fix> {
  const { places = {} } = scenario.fixable ?? {};
  const file = join(folder, FIX_FILE);
  const fault = await faultOfPath(folder, "folder");
  if (fault === "is missing")
    throw invalidFix(folder, "there is no such folder", "Name a fix's folder.");
  if (fault !== undefined && fault !== "is a link")
    throw invalidFix(folder, `it ${fault}`, "Name a fix's folder.");
  const told = await readFixFile(file, scenario);
  const entries = (await readdir(folder)).filter((name) => !beside.has(name)).toSorted();
  mustBeKnown(folder, entries, Object.keys(places), "part");
  const changed = entries.map((name) => readPlace(join(folder, name), places[name]!));
  if (entries.length === 0 && !setsSomething(told))
    throw invalidFix(folder, "it changes nothing", "docs/fixes.md says what it may hold.");
  return {
    name: basename(resolve(folder)),
    folder: resolve(folder),
    ...told,
    places: await Promise.all(changed),
  };
}

export const FIX_FILE = "fix.yml";

/** Whether a fix changes something besides files. */
export const setsSomething = ({ settings, services }: Pick<Fix, "settings" | "services">) =>
  Object.keys(settings).length > 0 ||
  Object.values(services).some((one) => Object.keys(one).length > 0);

/**
 * What a fix.yml sets, nothing where there is none.
 * @throws UsageError FIX_INVALID for what the scenario lets no fix set
 */
export async function readFixFile(
  file: string,
  { fixable: { places = {}, settings = [] } = { places: {} } }: Pick<ScenarioDefinition, "fixable">,
): Promise<Pick<Fix, "why" | "settings" | "services">> {
  const told = await parseFixFile(file);
  mustBeKnown(file, Object.keys(told.settings), settings, "setting");
  const services = Object.values(places).flatMap((place) => place.services);
  mustBeKnown(file, Object.keys(told.services), services, "service");
  return told;
}

async function parseFixFile(file: string): Promise<z.infer<typeof fixFile>> {
  const fault = await faultOfPath(file, "file", 64 * KiB);
  if (fault === "is missing") return { settings: {}, services: {} };
  if (fault) throw invalidFix(file, `it ${fault}`, "Write it as a short file of its own.");
  try {
    return fixFile.parse(yaml.parse(await readFile(file, "utf8"), { maxAliasCount: 10 }) ?? {});
  } catch (cause) {
    const what =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
        : (cause as Error).message.split("\n")[0]!.replace(/:$/, ""); // the excerpt is left out
    throw invalidFix(file, what, "It holds `why`, `settings` and `services`.");
  }
}

async function readPlace(context: string, place: Place): Promise<ChangedPlace> {
  const fault = await faultOfPath(context, "folder");
  if (fault)
    throw invalidFix(context, `it ${fault}`, "Lay the changed files into a folder of its own.");
  const entries = (await readdir(context, { withFileTypes: true })).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  if (entries.length === 0)
    throw invalidFix(context, "it is empty", "Lay the changed files into it.");
  const isPatch = (name: string) => name.endsWith(".patch");
  const odd = entries.find(
    (entry) => (isPatch(entry.name) || entry.name === "Dockerfile") && !entry.isFile(),
  );
  if (odd)
    throw invalidFix(
      join(context, odd.name),
      "it is no ordinary file",
      "Lay the file itself there.",
    );
  const names = entries.map(({ name }) => name);
  const patches = names.filter(isPatch);
  const files = names.filter((name) => name !== "Dockerfile" && !isPatch(name));
  const dockerfile = await dockerfileIn(context, names);
  return { ...place, name: basename(context), context, patches, files, removed: [], dockerfile };
}

/** The text of a Dockerfile among these files. @throws UsageError FIX_INVALID */
export async function dockerfileIn(
  context: string,
  names: readonly string[],
): Promise<string | undefined> {
  if (!names.includes("Dockerfile")) return undefined;
  const file = join(context, "Dockerfile");
  const fault = await faultOfPath(file, "file", MiB);
  if (fault) throw invalidFix(file, `it ${fault}`, "A Dockerfile is a file of its own.");
  return readFile(file, "utf8");
}

/**
 * A patch alone as a fix, in a folder of its own below `parent`: "FILE" where the scenario has one
 * place, else "PLACE:FILE".
 * @throws UsageError FIX_INVALID
 */
export async function fixOfPatch(
  given: string,
  { fixable }: ScenarioDefinition,
  parent: string,
): Promise<string> {
  const places = Object.keys(fixable?.places ?? {});
  const named = places.find((name) => given.startsWith(`${name}:`));
  const file = named === undefined ? given : given.slice(named.length + 1);
  const place = named ?? (places.length === 1 ? places[0] : undefined);
  if (place === undefined)
    throw invalidFix(
      given,
      "it does not say which part it patches",
      `Write PLACE:FILE, with one of: ${places.join(", ") || "none"}.`,
    );
  const fault = await faultOfPath(file, "file", MiB);
  if (fault)
    throw invalidFix(file, `it ${fault}`, "Name a patch, as `git diff` or `diff -u` write it.");
  const name = parse(file).name.replace(/^\.+/, "") || "patch";
  await mkdir(join(parent, name, place), { recursive: true });
  await copyFile(file, join(parent, name, place, "fix.patch"));
  return join(parent, name);
}

function mustBeKnown(
  where: string,
  names: readonly string[],
  known: readonly string[],
  what: string,
): void {
  const odd = names.find((name) => !known.includes(name));
  if (odd === undefined) return;
  const guess = nearest(odd, known);
  const hint = `${guess ? `Did you mean "${guess}"? ` : ""}It may change: ${[...new Set(known)].join(", ") || "nothing"}.`;
  throw invalidFix(where, `"${odd}" is no ${what} that a fix may change here`, hint);
}

/** What is wrong with a fix, and where; `hint` is the way out. */
export function invalidFix(where: string, what: string, hint: string): UsageError {
  return new UsageError("FIX_INVALID", `${shown(where)}: ${what}.`, { hint });
}
