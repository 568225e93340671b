import { join, resolve } from "node:path";
import { readRecord } from "../../harness/record/index.ts";
import type { Row } from "../../harness/record/schema.ts";
import { loadScenario } from "../../harness/scenario/load.ts";
import { labFolder } from "../../harness/scenario/places.ts";
import type { ScenarioDefinition } from "../../harness/scenario/types.ts";

const records = resolve(import.meta.dirname, "../../docs/example-run/record");

/** A scenario of the example run, and what one of its arms left: a real record to tamper with. */
export async function exampleOf(
  id: string,
  arm: string,
): Promise<{ readonly scenario: ScenarioDefinition; readonly rows: readonly Row[] }> {
  const { definition } = await loadScenario(join(labFolder, id));
  return {
    scenario: definition,
    rows: readRecord(join(records, `${id}.${arm}.1.ndjson.zst`)).rows,
  };
}
