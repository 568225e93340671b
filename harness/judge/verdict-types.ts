import type { infer as Infer } from "zod";
import type { verdictSchema } from "./verdict-schema.ts";

/** The document verdict.json. Each field is described in verdict-schema.ts. */
export type Verdict = Infer<typeof verdictSchema>;
export type ScenarioVerdict = Verdict["scenarios"][number];
export type ArmVerdict = ScenarioVerdict["arms"][number];
export type Rate = ScenarioVerdict["rates"][number];
