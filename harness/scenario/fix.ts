import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { UsageError } from "../errors.ts";
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
  readonly context: string;
  /** Patches at its top, in the order of their names. */
  readonly patches: readonly string[];
  /** Other files and folders at its top: they are laid over the place. */
  readonly files: readonly string[];
  /** Whether it brings a Dockerfile of its own; that stands on the stage `broken`. */
  readonly dockerfile: boolean;
}

const words = z.union([z.string(), z.array(z.string())]);
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** All that a fix may set of a service: how it is started, and whom it asks for names. */
const change = z.strictObject({
  environment: z.record(z.string(), scalar).optional(),
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
  settings: z.record(z.string(), scalar).default({}),
  services: z.record(z.string(), change).default({}),
});

/** Beside the places a fix's folder may hold these. */
const beside = ["fix.yml", "README.md"];

/**
 * Reads a fix from its folder; nothing of it is run here.
 * @throws UsageError FIX_INVALID naming the file, and what the scenario lets a fix change
 */
export async function readFix(folder: string, scenario: ScenarioDefinition): Promise<Fix> {
  const { places = {}, settings = [] } = scenario.fixable ?? {};
  const file = join(folder, "fix.yml");
  if (!existsSync(folder)) throw invalid(folder, "there is no such folder", "Name a fix's folder.");
  const told = await readFixFile(file);
  const entries = (await readdir(folder)).filter((name) => !beside.includes(name)).toSorted();
  mustBeKnown(folder, entries, Object.keys(places), "part");
  mustBeKnown(file, Object.keys(told.settings), settings, "setting");
  const services = Object.values(places).flatMap((place) => place.services);
  mustBeKnown(file, Object.keys(told.services), services, "service");
  const changed = entries.map((name) => readPlace(join(folder, name), places[name]!));
  const changes = entries.length + Object.keys({ ...told.settings, ...told.services }).length;
  if (changes === 0) throw invalid(folder, "it changes nothing", told.why ?? "");
  return {
    name: basename(resolve(folder)),
    folder: resolve(folder),
    ...told,
    places: await Promise.all(changed),
  };
}

async function readFixFile(file: string): Promise<z.infer<typeof fixFile>> {
  if (!existsSync(file)) return { settings: {}, services: {} };
  try {
    return fixFile.parse(parse(await readFile(file, "utf8"), { maxAliasCount: 10 }) ?? {});
  } catch (cause) {
    const what =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
        : String((cause as Error).message).split("\n")[0]!;
    throw invalid(file, what, "It holds `why`, `settings` and `services`.");
  }
}

async function readPlace(context: string, place: Place): Promise<ChangedPlace> {
  const names = (await readdir(context)).toSorted();
  const patches = names.filter((name) => name.endsWith(".patch"));
  const dockerfile = names.includes("Dockerfile");
  const files = names.filter((name) => name !== "Dockerfile" && !patches.includes(name));
  if (names.length === 0) throw invalid(context, "it is empty", "Lay the changed files into it.");
  return { ...place, context, patches, files, dockerfile };
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
  throw invalid(where, `"${odd}" is no ${what} that a fix may change here`, hint);
}

function invalid(where: string, what: string, hint: string): UsageError {
  return new UsageError("FIX_INVALID", `${shown(where)}: ${what}.`, { hint });
}
