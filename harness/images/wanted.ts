import { join } from "node:path";
import type { Build } from "./recipe.ts";

/** The parts of a scenario's compose model that tell its images. */
export interface ImagesModel {
  /** The scenario's folder, with its compose.yml. */
  readonly folder: string;
  readonly services: Readonly<Record<string, ServiceModel>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}

export interface ServiceModel {
  readonly image?: string;
  readonly build?: Build;
}

/** One image that a service of a model asks for. */
export interface Wanted {
  readonly service: string;
  readonly name: string;
  /** Absent where the image is only pulled. */
  readonly build?: Build;
  /** For messages: file and service. */
  readonly place: string;
}

/** The images that a model's services ask for. An image that another service builds is that one. */
export function wantedBy({ folder, services }: ImagesModel): readonly Wanted[] {
  const builders = new Map(
    Object.values(services).flatMap(({ image, build }): [string, Build][] =>
      image && build ? [[image, build]] : [],
    ),
  );
  return Object.entries(services).map(([service, { image, build }]) => {
    const name = image ?? `aftershock/${folder.split("/").at(-1)}-${service}`.toLowerCase();
    const how = build ?? builders.get(name);
    const place = `${join(folder, "compose.yml")}, service ${service}`;
    return { service, name, place, ...(how && { build: how }) };
  });
}
