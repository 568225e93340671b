import { proxyVariables } from "../engine/environment.ts";
import {
  askedAs,
  type ComposeModel,
  type ComposeService,
  type ComposeThing,
} from "../scenario/compose-model.ts";

/**
 * The one compose file that a project is brought up from: the resolved model, each service by its
 * image's id, and our labels on all that is created.
 */
export function projectFile(
  model: ComposeModel,
  images: Readonly<Record<string, { readonly id: string }>>,
  labels: Readonly<Record<string, string>>,
): unknown {
  const { services, networks, volumes, secrets, configs } = model;
  const labelledAll = (parts: ComposeModel["networks"]) =>
    Object.fromEntries(
      Object.entries(parts).map(([key, part]) => [key, labelledPart(key, part, labels)]),
    );
  return {
    secrets: used(secrets, services, "secrets"),
    configs: used(configs, services, "configs"),
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
  { name, ...rest }: ComposeThing,
  labels: Readonly<Record<string, string>>,
): unknown {
  const own = name === undefined || name === `${askedAs}_${key}` ? {} : { name };
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

/** Those that some container has: what only builds need may not even be here. */
function used(
  parts: ComposeModel["secrets"],
  services: ComposeModel["services"],
  key: "secrets" | "configs",
): unknown {
  const asked = Object.values(services).flatMap((service) => (service[key] ?? []) as Asked[]);
  const names = new Set(asked.map((one) => (typeof one === "string" ? one : one.source)));
  const own = Object.entries(parts).filter(([name]) => names.has(name));
  return Object.fromEntries(own.map(([name, { name: _, ...part }]) => [name, part]));
}

type Asked = string | { readonly source: string };

/** The CLI would put the proxies of its own config.json into each container. */
const noProxy = Object.fromEntries(proxyVariables.map((name) => [name, ""]));
