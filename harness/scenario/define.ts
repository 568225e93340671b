import type { ScenarioDefinition } from "./types.ts";

/**
 * Declares a scenario. It gives the definition back unchanged: its shape is checked by the type
 * system here, and once more, with file and line, where scenario folders are loaded.
 */
export function defineScenario(definition: ScenarioDefinition): ScenarioDefinition {
  return definition;
}
