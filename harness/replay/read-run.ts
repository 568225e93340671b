import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { RunFolderError } from "../errors.ts";
import { faultOfPath, reasonOf } from "../files.ts";
import { ROLES } from "../record/schema.ts";
import { armFile, MOST_PLANNED, RUN_SCHEMA, RUN_STATES, type RunFile } from "./run-file.ts";

/**
 * Reads the run.json of a run's folder. The folder may be from anywhere: nothing of it is believed
 * before it is checked, as its names become parts of paths.
 * @throws RunFolderError where the folder is no run's, or its run.json is not as a run writes it
 */
export async function readRunFile(folder: string): Promise<RunFile> {
  const file = join(folder, "run.json");
  const fault = await faultOfPath(file, "file", mostBytes);
  if (fault === "is missing")
    throw new RunFolderError("NO_RUN", `${folder} holds no run: run.json is missing.`, {
      hint: "Give the folder of a run, e.g. runs/latest.",
    });
  if (fault !== undefined) throw invalid(`${file} ${fault}`, NO_FILE);
  const checked = runSchema.safeParse(parsed(await textOf(file), file));
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0]!;
  throw invalid(`${file}: ${[path.join("."), message].filter(Boolean).join(": ")}`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw invalid(`${file} cannot be read: ${reasonOf(error)}`, NO_FILE);
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = / \(line \d+ column \d+\)/.exec(String(error))?.[0] ?? "";
    throw invalid(`${file} is not JSON${place}`);
  }
}

const NO_FILE =
  "A run writes it as a plain file: copy its folder whole, and be allowed to read it.";
const OTHER = `A run writes it as ${RUN_SCHEMA}; it may have been damaged, or be of another version.`;

function invalid(what: string, hint = OTHER): RunFolderError {
  return new RunFolderError("RUN_FOLDER_INVALID", `${what}.`, { hint });
}

/** A run.json of a shard of the longest plan is half of it. */
const mostBytes = 8 * 1024 * 1024;

// Ids become parts of paths and names: small letters, digits and hyphens lead nowhere.
const id = z
  .string()
  .max(100, "a shorter name")
  .regex(/^[a-z][a-z0-9-]*$/, "small letters, digits and hyphens only");
const line = z.string().max(1000, "a shorter text");

const engine = z.object({
  kind: z.enum(["system", "embedded"]),
  version: line,
  api: line,
  cgroup: z.union([z.literal(1), z.literal(2)]),
  arch: line,
  kernel: line,
  cpus: z.number().nonnegative(),
  memoryBytes: z.number().nonnegative(),
});

const planned = z.object({
  scenario: id,
  arm: id,
  role: z.enum(ROLES),
  repeat: z.int().min(1).max(MOST_PLANNED),
  unrecorded: line.optional(),
  unjudged: line.optional(),
  kept: z.iso.datetime().optional(),
  again: line.optional(),
});

const plan = z
  .array(planned)
  .max(MOST_PLANNED)
  .refine((arms) => new Set(arms.map(armFile)).size === arms.length, "names an arm twice");

const shard = z
  .object({ index: z.int().min(1), of: z.int().min(1).max(MOST_PLANNED), whole: plan })
  .refine(({ index, of }) => index <= of, "is none of its whole");

const provenance = z.object({
  version: line,
  arguments: z.array(z.string().max(100_000)).max(MOST_PLANNED),
  scenarios: z.record(
    id,
    z.object({ commit: line.nullable(), clean: z.boolean().nullable(), scenario: line }),
  ),
});

const runSchema: z.ZodType<RunFile> = z.object({
  schema: z.literal(RUN_SCHEMA),
  id: z.string().regex(/^\w[\w.-]{0,99}$/, "letters, digits, dots and hyphens only"),
  status: z.enum(RUN_STATES),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  engine,
  plan,
  shard: shard.optional(),
  leftovers: z.array(line).max(MOST_PLANNED),
  provenance: provenance.optional(),
  unaudited: line.optional(),
});
