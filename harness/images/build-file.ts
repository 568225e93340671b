import { join } from "node:path";
import { literal } from "../literal.ts";
import { hostCaBundle } from "./ca.ts";
import type { Ids } from "./inputs.ts";
import type { Recipe } from "./recipe.ts";
import { asMeant, asWritten } from "../scenario/dollars.ts";

/** Carries the hash of all that the image was built from. */
export const inputsLabel = "aftershock.inputs";

/** An image that is to be built, and all that has been found out before. */
export interface Order {
  readonly recipe: Recipe;
  readonly ids: Ids;
  /** Names in the Dockerfile that stand for images of ours, and what these are called exactly. */
  readonly exact: ReadonlyMap<string, string>;
  readonly inputs: string;
  /** Secrets of the compose model that `build.secrets` names. */
  readonly secrets?: Readonly<Record<string, unknown>>;
}

/** The name that holds the hash: no other build ever has it. */
export function exactName(name: string, inputs: string): string {
  return `${repositoryOf(name)}:${inputs.slice(0, 12)}`;
}

/**
 * The compose file that builds one image from what was staged below `folder`.
 * @param proxies build arguments that Docker keeps out of the image
 */
export function buildFile(
  order: Order,
  folder: string,
  proxies: Readonly<Record<string, string>>,
): object {
  const { recipe, inputs } = order;
  const { build, contexts } = recipe;
  const { dockerfile_inline: inline, additional_contexts: _, ...rest } = build;
  const main = contexts.findIndex(({ name }) => name === "");
  const staged = { context: join(folder, `${main}`), dockerfile: join(folder, "Dockerfile") };
  const named = namedContexts(order, folder);
  const secrets = (build.secrets ?? []).filter(({ source }) => source !== "host_ca");
  const image = {
    image: exactName(recipe.name, inputs),
    build: {
      ...rest,
      ...(main >= 0 ? staged : inline !== undefined && { dockerfile_inline: inline }),
      ...(Object.keys(named).length > 0 && { additional_contexts: named }),
      network: build.network ?? "host",
      secrets: [...secrets, "host_ca"],
      labels: { ...(build["labels"] as object | undefined), [inputsLabel]: inputs },
      args: { ...proxies, ...build.args },
    },
  };
  const given: object = asMeant(order.secrets ?? {});
  return asWritten({
    services: { image },
    secrets: { ...given, host_ca: { file: hostCaBundle() } },
  });
}

function namedContexts({ recipe, exact }: Order, folder: string): Record<string, string> {
  const scheme = "docker-image://";
  const others = Object.entries(recipe.build.additional_contexts ?? {}).map(([name, value]) => {
    const to = value.startsWith(scheme) ? exact.get(value.slice(scheme.length)) : undefined;
    return [name, to ? scheme + to : value];
  });
  const staged = recipe.contexts.map(({ name }, i) => [name, join(folder, `${i}`)]);
  return Object.fromEntries([...others, ...staged.filter(([name]) => name)]) as Record<
    string,
    string
  >;
}

/** Names of ours may be given to another image in the meantime; exact ones never are. */
export function exactly(text: string, exact: ReadonlyMap<string, string>): string {
  let out = text;
  for (const [name, to] of exact) {
    const alone = new RegExp(`(?<![\\w./:@-])${literal(name)}(?![\\w./:@-])`, "g");
    out = out.replace(alone, to);
  }
  return out;
}

/** Without the tag; a colon before the last slash is a port's. */
export function repositoryOf(name: string): string {
  return name.replace(/:[^/:]*$/, "");
}
