import type { ComposeModel, ComposeService, ComposeThing } from "../scenario/compose-model.ts";

/** What makes a project of a scenario's model. */
export interface ProjectParts {
  readonly name: string;
  /** Image ids by service. */
  readonly images: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The one file that compose brings up: the model with images by their id, our labels on all that
 * is created, and names that belong to this project alone.
 */
export function projectFile(model: ComposeModel, { name, images, labels }: ProjectParts): object {
  const label = <T extends object>(thing: T) => ({
    ...thing,
    labels: { ...("labels" in thing ? (thing.labels as object) : {}), ...labels },
  });
  const own = (key: string, thing: ComposeThing) =>
    thing.external ? thing : label({ ...thing, name: `${name}_${key}` });
  return {
    name,
    services: mapEntries(model.services, (key, service) => {
      // All of them are to be started, whichever profile they stand under.
      const { build: _, profiles: __, ...rest } = withoutProxies(service);
      return label({ ...rest, image: images[key] ?? service.image, pull_policy: "never" });
    }),
    networks: mapEntries(model.networks, (key, network) => own(key, withoutGateway(network))),
    volumes: mapEntries(model.volumes, own),
    secrets: model.secrets,
    configs: model.configs,
  };
}

/**
 * On an internal network the machine itself still answers, at the bridge's own address: whatever
 * listens there could be reached. Without that address it isn't there.
 */
function withoutGateway(network: ComposeThing): ComposeThing {
  const { internal, external, driver = "bridge", driver_opts: own } = network;
  if (!internal || external || driver !== "bridge") return network;
  const none = { "com.docker.network.bridge.inhibit_ipv4": "true" };
  return { ...network, driver_opts: { ...(own as object | undefined), ...none } };
}

const proxies = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"];

/**
 * The docker CLI's settings may hold proxies that are put into every container, where nothing
 * answers: only what the scenario sets itself is left standing.
 */
function withoutProxies(service: ComposeService): ComposeService {
  const { environment = {} } = service;
  const set = new Set(Object.keys(environment).map((name) => name.toLowerCase()));
  const names = proxies.filter((name) => !set.has(name));
  const emptied = [...names, ...names.map((name) => name.toUpperCase())].map((name) => [name, ""]);
  return { ...service, environment: { ...Object.fromEntries(emptied), ...environment } };
}

function mapEntries<T, U>(
  values: Readonly<Record<string, T>>,
  each: (key: string, value: T) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, each(key, value)]));
}
