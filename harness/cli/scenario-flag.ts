import type { Scenario } from "../scenario/load.ts";
import { pathName } from "./path-name.ts";

/** `--scenario`: where the scenarios are of a run that is not of our own. */
export interface ScenarioFlag {
  readonly scenario?: readonly string[];
}

export const scenarioFlag = {
  scenario: {
    kind: "parsed",
    parse: pathName("--scenario"),
    variadic: true,
    optional: true,
    placeholder: "folder",
    brief: "a scenario's folder, if it is not one of Aftershock's own (may be said more than once)",
  },
} as const;

/** The scenarios that the flag names; none if it was not given. */
export async function given(folders: readonly string[] = []): Promise<readonly Scenario[]> {
  if (folders.length === 0) return [];
  const { resolve } = await import("node:path");
  const { loadScenarios } = await import("../scenario/load.ts");
  return loadScenarios(folders.map((folder) => resolve(folder)));
}
