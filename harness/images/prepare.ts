import type { Engine } from "../engine/index.ts";
import { ScenarioError } from "../errors.ts";
import type { Progress } from "../progress.ts";
import type { Image } from "./build.ts";
import { carryOut, type Unit } from "./carry-out.ts";
import { readRecipe, type Recipe, type Trees } from "./recipe.ts";
import { wantedBy, type ImagesModel } from "./wanted.ts";

/** A model's images, by service. */
export type ImagesOf = Readonly<Record<string, Image>>;

/** Images on their way: each can be awaited by itself. */
export interface Preparation {
  /** By model, in their order, and service. One that can't be had rejects with EnvironmentError. */
  readonly images: readonly Readonly<Record<string, Promise<Image>>>[];
  /** Resolves when none is on its way any more, whatever came of them. */
  readonly ended: Promise<void>;
}

/**
 * Builds and pulls the images that the models' services need and the engine does not have, and
 * waits for all of them.
 * @throws ScenarioError before anything is built, where a Dockerfile, target, context or file is
 * missing; EnvironmentError where an image can't be had
 */
export async function ensureImages(
  engine: Engine,
  models: readonly ImagesModel[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<readonly ImagesOf[]> {
  const { images, ended } = await prepare(engine, models, progress, signal);
  await ended;
  return Promise.all(images.map(imagesOf));
}

/** All images of one model, when they are there. */
export async function imagesOf(
  images: Readonly<Record<string, Promise<Image>>>,
): Promise<ImagesOf> {
  const entries = Object.entries(images).map(async ([service, image]) => [service, await image]);
  return Object.fromEntries(await Promise.all(entries)) as ImagesOf;
}

/**
 * Starts to build and pull the images that are missing, the first model's first. An image that
 * can't be had costs only those who need it.
 * @throws ScenarioError before anything is built
 */
export async function prepare(
  engine: Engine,
  models: readonly ImagesModel[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<Preparation> {
  const trees: Trees = new Map();
  const units = new Map<string, Unit>();
  const plans = [];
  for (const model of models) {
    const { secrets } = model;
    const plan: [service: string, unit: Unit][] = [];
    for (const { service, name, place, build: how } of wantedBy(model)) {
      const key = JSON.stringify([name, how, how?.secrets && secrets]);
      const recipe = how && (units.get(key)?.recipe ?? (await readRecipe(name, how, place, trees)));
      const unit = units.get(key) ?? newUnit(name, recipe, secrets);
      units.set(key, unit);
      plan.push([service, unit]);
    }
    plans.push(plan);
  }
  const all = [...units.values()];
  checkCircles(all);
  const images = plans.map((plan) =>
    Object.fromEntries(plan.map(([service, unit]) => [service, unit.ready.promise])),
  );
  return { images, ended: carryOut(engine, all, trees, progress, signal) };
}

function newUnit(name: string, recipe: Recipe | undefined, secrets: Unit["secrets"]): Unit {
  const ready = Promise.withResolvers<Image>();
  ready.promise.catch(() => undefined); // who needs it awaits it
  return { name, recipe, secrets, ready };
}

/** Images that stand on each other would wait for each other for ever. */
function checkCircles(units: readonly Unit[]): void {
  const byName = new Map(units.map((unit) => [unit.name, unit]));
  const visit = (unit: Unit, above: readonly Unit[]): void => {
    if (above.includes(unit)) {
      const names = [...above.slice(above.indexOf(unit)), unit].map(({ name }) => name);
      throw new ScenarioError(
        "IMAGES_IN_A_CIRCLE",
        `Images stand on each other: ${names.join(" on ")}.`,
      );
    }
    for (const name of unit.recipe?.seen.images ?? []) {
      const below = byName.get(name);
      // On its own name, it stands on what the engine has under it.
      if (below?.recipe && below !== unit) visit(below, [...above, unit]);
    }
  };
  for (const unit of units) visit(unit, []);
}
