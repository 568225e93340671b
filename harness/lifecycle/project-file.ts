import { proxyVariables } from "../engine/environment.ts";
import type { ComposeModel, ComposePart, ComposeService } from "../scenario/compose-model.ts";

/**
 * The one compose file that a project is brought up from: the resolved model, each service by its
 * image's id, and our labels on all that is created.
 */
export function projectFile(
  model: ComposeModel,
  images: Readonly<Record<string, { readonly id: string }>>,
  labels: Readonly<Record<string, string>>,
): unknown {
  const { folder: _, name, services, networks, volumes, ...rest } = model;
  const labelledAll = (parts: ComposeModel["networks"]) =>
    Object.fromEntries(
      Object.entries(parts).map(([key, part]) => [key, labelledPart(key, part, name, labels)]),
    );
  return {
    ...rest,
    services: Object.fromEntries(
      Object.entries(services).map(([service, part]) => [
        service,
        started(part, images[service]?.id, labels),
      ]),
    ),
    networks: labelledAll(networks),
    volumes: labelledAll(volumes),
  };
}

/** What compose named after the project that it was asked for has to be named after this one. */
function labelledPart(
  key: string,
  part: ComposePart | null,
  project: unknown,
  labels: Readonly<Record<string, string>>,
): unknown {
  const { name, ...rest } = part ?? {};
  const own = name === undefined || name === `${String(project)}_${key}` ? {} : { name };
  return { ...rest, ...own, labels: { ...(rest["labels"] as object), ...labels } };
}

function started(
  { build: _build, profiles: _profiles, pull_policy: _policy, ...service }: ComposeService,
  id: string | undefined,
  labels: Readonly<Record<string, string>>,
): unknown {
  return {
    ...service,
    ...(id !== undefined && { image: id }),
    pull_policy: "never",
    environment: { ...noProxy, ...service.environment },
    labels: { ...(service["labels"] as object), ...labels },
  };
}

/** The CLI would put the proxies of its own config.json into each container. */
const noProxy = Object.fromEntries(proxyVariables.map((name) => [name, ""]));
