import type { Verdict } from "../judge/verdict-types.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import type { Rows } from "./rows.ts";

/** What reports are made from: a judged run, and where its records lie. */
export interface ReportedRun {
  /** `id` is the name of the run's folder. */
  readonly run: { readonly id: string };
  readonly verdict: Verdict;
  readonly scenarios: ReadonlyMap<string, ScenarioDefinition>;
  readonly records: readonly Rows[];
  /** Files of records, relative to the run folder, for the report to link to. */
  readonly files?: readonly string[];
}
