import * as z from "zod";
import { ROLES, SAMPLE_SOURCES } from "../record/schema.ts";
import { CLAIM_KINDS, RELATIONS, VERDICT_WORDS } from "./types.ts";

/**
 * verdict.json, version 1. The type `Verdict` and docs/verdict.schema.json are made from it.
 * Only tests and tools import this at run time: judging needs no zod.
 */

const unit = z
  .union([
    z.enum(["B", "ms", "s", "1", "%", "x"]),
    z.templateLiteral(["B/", z.string()]),
    z.templateLiteral(["1/", z.string()]),
  ])
  .describe('"x": times as many; "1": a plain number; "B/row": bytes per row');
const whole = z.int().nonnegative();
const proportion = z.number().min(0).max(1);

const claim = z.strictObject({
  id: z.string(),
  kind: z.enum(CLAIM_KINDS).describe("What sort of number it measures"),
  sentence: z.string().describe("What holds if `ok`"),
  measured: z.number(),
  relation: z.enum(RELATIONS),
  bound: z.number(),
  boundHigh: z.number().exactOptional().describe("The upper bound of `between`"),
  unit,
  ok: z.boolean(),
  margin: z
    .number()
    .describe("Distance to the nearest bound as a share of it; negative where the claim fails"),
  doubtful: z
    .literal(true)
    .exactOptional()
    .describe("The machine was so late that it could have decided this"),
});

const sampling = z
  .strictObject({
    source: z.enum([...SAMPLE_SOURCES, "none"]),
    hz: z.number().describe("Samples a second as really reached"),
    samples: whole,
    gaps: whole,
  })
  .describe("How the arm's containers were watched, all together; of several sources the worst");

const arm = z.strictObject({
  name: z.string(),
  role: z.enum(ROLES),
  kind: z.enum(["wrong fix", "no fault"]).exactOptional().describe("Only of a control"),
  why: z.string().exactOptional().describe("What the arm changes"),
  repeat: whole.describe("1 for the first run of this arm"),
  verdict: z.enum(VERDICT_WORDS),
  ok: z.boolean().describe("The verdict is what this arm is there to show"),
  interrupted: z
    .literal(true)
    .exactOptional()
    .describe("The whole was ended before this run was over, or before its turn came"),
  disturbed: z
    .literal(true)
    .exactOptional()
    .describe("The machine alone left it open: it was late, or watching had gaps"),
  reason: z.string().exactOptional().describe("Why it is inconclusive, or what the machine lacked"),
  notes: z.array(z.string()).describe("What else the reader must know about this verdict"),
  durationMs: z.number(),
  cpuMs: z.number().describe("Processor time of all its containers"),
  figures: z.record(z.string(), z.strictObject({ value: z.number(), unit })),
  claims: z.array(claim),
  rejectedBy: z
    .array(z.string())
    .exactOptional()
    .describe("Claims that a control must fail: turned down for the right reason"),
  sampling,
});

const rate = z
  .strictObject({
    arm: z.string(),
    ok: whole,
    of: whole.describe(
      "Runs that say something: interrupted ones, and those with trouble of the environment, do not",
    ),
    low: proportion,
    high: proportion,
  })
  .describe("How often an arm was as claimed, with its 95 % Wilson interval");

const engine = z.strictObject({
  kind: z.enum(["system", "embedded"]),
  version: z.string(),
  api: z.string(),
  cgroup: z.union([z.literal(1), z.literal(2)]),
  arch: z.string(),
  kernel: z.string(),
  cpus: z.number(),
  memoryBytes: z.number(),
});

const scenario = z.strictObject({
  id: z.string(),
  ok: z.boolean(),
  arms: z.array(arm),
  flaky: z.array(z.string()).describe("Arms whose runs did not all give the same verdict"),
  rates: z.array(rate).describe("Of each arm that ran more than once"),
});

export const verdictSchema = z.strictObject({
  schema: z.literal("aftershock/verdict@1"),
  ok: z.boolean(),
  unfinished: z
    .literal(true)
    .exactOptional()
    .describe("The run never came to its end: what it left behind was not looked for"),
  unaudited: z
    .string()
    .exactOptional()
    .describe("Why nobody could look for what the run left behind"),
  startedAt: z.string(),
  durationMs: z.number(),
  engine,
  leftovers: z.array(z.string()).describe("What was still there when all was taken down"),
  scenarios: z.array(scenario),
});
