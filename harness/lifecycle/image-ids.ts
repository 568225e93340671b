import type { Engine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import type { ComposeModel } from "../scenario/compose-model.ts";

/** Image ids by service. */
export type ImageIds = Readonly<Record<string, string>>;

/**
 * What the names of a model's images mean on the engine now: from here on containers start by
 * these ids, whatever another run does to the names.
 * @throws EnvironmentError IMAGE_MISSING
 */
export async function imageIds(engine: Engine, { services }: ComposeModel): Promise<ImageIds> {
  const names = new Set(Object.values(services).flatMap(({ image }) => image ?? []));
  const ids = new Map(
    await Promise.all([...names].map(async (name) => [name, await idOf(engine, name)] as const)),
  );
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, { image }]) => {
      const id = image === undefined ? undefined : ids.get(image);
      return id === undefined ? [] : [[service, id]];
    }),
  );
}

async function idOf(engine: Engine, name: string): Promise<string> {
  try {
    return (await engine.docker.getImage(name).inspect()).Id;
  } catch (cause) {
    if ((cause as { statusCode?: number }).statusCode !== 404) throw cause;
    throw new EnvironmentError("IMAGE_MISSING", `The engine has no image ${name}.`, { cause });
  }
}
