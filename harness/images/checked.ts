import { ScenarioError } from "../errors.ts";
import { readRecipe, type Trees } from "./recipe.ts";
import { wantedBy, type ImagesModel } from "./wanted.ts";

/** What is missing for the models' images to be built, each once; without building anything. */
export async function missingFor(
  models: readonly ImagesModel[],
): Promise<readonly ScenarioError[]> {
  const trees: Trees = new Map();
  const errors = new Map<string, ScenarioError>();
  for (const { name, build, place } of models.flatMap(wantedBy)) {
    if (!build) continue;
    try {
      await readRecipe(name, build, place, trees);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      errors.set(error.message, error);
    }
  }
  return [...errors.values()];
}
