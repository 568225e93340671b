import { resolve } from "node:path";
import { judgeFolder } from "../../harness/index.ts";
import { headOf } from "../../harness/judge/rows.ts";
import type { Row } from "../../harness/record/schema.ts";
import type { ScenarioDefinition } from "../../harness/scenario/types.ts";

/** A scenario of the example run, and what one of its arms left: a real record to tamper with. */
export async function exampleOf(
  id: string,
  arm: string,
): Promise<{ readonly scenario: ScenarioDefinition; readonly rows: readonly Row[] }> {
  const run = await judgeFolder(resolve(import.meta.dirname, "../../docs/example-run"));
  const rows = run.records.find((record) => {
    const head = headOf(record);
    return head.scenario === id && head.arm === arm;
  });
  return { scenario: run.scenarios.get(id)!, rows: rows! };
}
