import type { ScenarioDefinition } from "./types.ts";

/**
 * Declares a scenario. It gives the definition back unchanged: its shape is checked by the type
 * system here, and once more, with file and line, where scenario folders are loaded.
 */
export function defineScenario<
  const S extends string = string,
  const P extends string = string,
  const L extends string = string,
  const C extends string = string,
>(definition: ScenarioDefinition<S, P, L, C>): ScenarioDefinition {
  return definition;
}
