import type { ComposeModel, ComposeService } from "../scenario/compose-model.ts";
import type { DrillDefinition } from "./definition.ts";

/**
 * A model in which no name gives the incident away: networks and volumes are numbered, and the
 * variables that the drill leaves out are gone. Services keep their names: programs use them.
 */
export function neutralModel(
  model: ComposeModel,
  { without }: Pick<DrillDefinition, "without">,
): ComposeModel {
  const networks = numbered(model.networks, "net");
  const volumes = numbered(model.volumes, "vol");
  const services = Object.entries(model.services).map(([name, service]) => [
    name,
    renamed(service, { networks, volumes, without: without[name] ?? [] }),
  ]);
  return {
    ...model,
    services: Object.fromEntries(services) as ComposeModel["services"],
    networks: underNewNames(model.networks, networks),
    volumes: underNewNames(model.volumes, volumes),
  };
}

type Names = ReadonlyMap<string, string>;

const numbered = (things: Readonly<Record<string, unknown>>, word: string): Names =>
  new Map(Object.keys(things).map((name, i) => [name, `${word}${i + 1}`]));

function underNewNames<T>(things: Readonly<Record<string, T>>, names: Names): Record<string, T> {
  return Object.fromEntries(
    Object.entries(things).map(([name, thing]) => [names.get(name) ?? name, thing]),
  );
}

interface Renaming {
  readonly networks: Names;
  readonly volumes: Names;
  readonly without: readonly string[];
}

function renamed(service: ComposeService, { networks, volumes, without }: Renaming) {
  const { "x-why": _, environment = {}, ...rest } = service;
  const joined = rest["networks"] as Readonly<Record<string, unknown>> | undefined;
  const mounts = rest["volumes"] as readonly Mount[] | undefined;
  const kept = Object.entries(environment).filter(([name]) => !without.includes(name));
  return {
    ...rest,
    environment: Object.fromEntries(kept),
    ...(joined && { networks: underNewNames(joined, networks) }),
    ...(mounts && { volumes: mounts.map((mount) => sourceRenamed(mount, volumes)) }),
  };
}

interface Mount {
  readonly type?: string;
  readonly source?: string;
}

const sourceRenamed = (mount: Mount, volumes: Names): Mount =>
  mount.type === "volume" && mount.source !== undefined
    ? { ...mount, source: volumes.get(mount.source) ?? mount.source }
    : mount;
