import { basename } from "node:path";
import { composeFileOf } from "../scenario/compose-file.ts";
import type { ComposeBuild, ComposeModel } from "../scenario/compose-model.ts";
import { ownBuild } from "./own.ts";
import { asMeant } from "../scenario/dollars.ts";

/** What compose makes of a scenario for one arm, and the scenario's folder. */
export type ImagesModel = Pick<ComposeModel, "services" | "secrets"> & { readonly folder: string };

/** One image that a service of a model asks for. */
export interface Wanted {
  readonly service: string;
  readonly name: string;
  /** Absent where the image is only pulled. */
  readonly build?: ComposeBuild;
  /** For messages: file and service. */
  readonly place: string;
}

/**
 * The images that a model's services ask for. An image that another service builds is that one; one
 * of the lab's own is built by its name.
 */
export function wantedBy({ folder, services }: ImagesModel): readonly Wanted[] {
  const meant = asMeant(services);
  const nameOf = (service: string) =>
    meant[service]?.image ?? `aftershock/${basename(folder)}-${service}`;
  const builders = new Map(
    Object.entries(meant).flatMap(([service, { build }]): [string, ComposeBuild][] =>
      build ? [[nameOf(service), build]] : [],
    ),
  );
  return Object.keys(meant).map((service) => {
    const name = nameOf(service);
    const build = builders.get(name) ?? ownBuild(name);
    const place = `${composeFileOf(folder)}, service ${service}`;
    return { service, name, place, ...(build && { build: withImages(build, nameOf) }) };
  });
}

/** Another service as a context is that service's image. */
function withImages(build: ComposeBuild, nameOf: (service: string) => string): ComposeBuild {
  const contexts = Object.entries(build.additional_contexts ?? {});
  if (contexts.length === 0) return build;
  const named = contexts.map(([name, value]) => {
    const service = /^service:(.+)$/.exec(value)?.[1];
    return [name, service === undefined ? value : `docker-image://${nameOf(service)}`];
  });
  return { ...build, additional_contexts: Object.fromEntries(named) };
}
