import * as z from "zod";
import { METRIC_NAMES } from "../record/metrics.ts";

const line = z.string().trim().min(1).max(200);
const ident = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, "small letters, digits and hyphens only");
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, "CAPITALS");
/** What a learner may see of the workspace: one folder's name, nothing that leads elsewhere. */
const folder = z.string().regex(/^[A-Za-z0-9][\w.-]{0,59}$/, "the name of one folder");
const pattern = z.string().refine(isPattern, { error: "no regular expression" });

/** Either a sampled metric of a service, or a numeric observation of the load's, as in a plot. */
const unit = z.string().optional();
const sampled = z.strictObject({
  title: line,
  service: z.string().min(1),
  metric: z.enum(METRIC_NAMES),
  unit,
});
const observed = z.strictObject({ title: line, observed: z.string().min(1), unit });

/** drill.yml: an incident as it is put before somebody who doesn't know the answer. */
export const drillSchema = z.strictObject({
  /** For `drill 3`. */
  number: z.int().min(1).max(999),
  /** Neutral: it says what is seen, not why. */
  name: ident,
  title: line,
  level: z.int().min(1).max(3),
  minutes: z.int().min(5).max(240),
  /** The service beside which the toolbox stands. */
  victim: z.string().min(1),
  /** What she may watch. */
  charts: z.array(z.union([sampled, observed])).min(1),
  /**
   * Place of `fixable`: the folder of the workspace that its files are handed out in; all of them,
   * or those that one of `files` fits.
   */
  workspace: z
    .record(ident, z.strictObject({ as: folder, files: z.array(line).min(1).optional() }))
    .refine((places) => Object.keys(places).length > 0, { error: "at least one place" }),
  /** Of `fixable.settings`: what workspace/fix.yml may set. */
  settings: z.array(variable).default([]),
  /**
   * Variables of a service that are left out of the live system: they would say what to change, and
   * the program does the same without them.
   */
  without: z.record(z.string(), z.array(variable).min(1)).default({}),
  /** Rung 0: run in the built image, limits on. */
  parses: z
    .array(
      z.strictObject({
        place: ident,
        files: line,
        command: z.array(z.string().min(1)).min(1),
        what: line,
      }),
    )
    .default([]),
  /** Claim of `judge.fixed` or `contrast`: the promise in the user's words. */
  claims: z.record(z.string(), line),
  /** Phase of the drive: a neutral word. */
  phases: z.record(z.string(), line).default({}),
  spoilers: z.strictObject({
    /** Compared in any case, with -_. folded. */
    words: z.array(line).min(1),
    patterns: z.array(pattern).default([]),
    allowed: z.array(z.strictObject({ word: line, where: line, why: line })).default([]),
  }),
});
export type DrillDefinition = z.infer<typeof drillSchema>;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
