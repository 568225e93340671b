import type { Engine } from "../engine/index.ts";
import { isDead, label, parseOwner } from "./labels.ts";

/** One thing on the engine that carries our label. */
export interface Leftover {
  readonly kind: "container" | "network" | "volume";
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly run: string;
}

type Docker = Engine["docker"];
type Labels = Record<string, string> | undefined;

/** Everything on the engine that carries a label of ours, e.g. `aftershock.run=ID`. */
export async function labelled(docker: Docker, filter: string = label.run): Promise<Leftover[]> {
  const filters = { label: [filter] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const told = (labels: Labels) => ({
    owner: labels?.[label.owner] ?? "",
    run: labels?.[label.run] ?? "",
  });
  return [
    ...containers.map((c) => ({
      kind: "container" as const,
      id: c.Id,
      name: (c.Names[0] ?? c.Id).replace(/^\//, ""),
      ...told(c.Labels),
    })),
    ...networks.map((n) => ({
      kind: "network" as const,
      id: n.Id,
      name: n.Name,
      ...told(n.Labels),
    })),
    ...(volumes.Volumes ?? []).map((v) => ({
      kind: "volume" as const,
      id: v.Name,
      name: v.Name,
      ...told(v.Labels),
    })),
  ];
}

/** Removes what is given: containers first, then what they held. What is gone already is fine. */
export async function remove(docker: Docker, things: readonly Leftover[]): Promise<void> {
  const of = (kind: Leftover["kind"]) => things.filter((thing) => thing.kind === kind);
  await Promise.all(
    of("container").map(({ id }) => gone(docker.getContainer(id).remove({ force: true, v: true }))),
  );
  await Promise.all(of("network").map(({ id }) => gone(docker.getNetwork(id).remove())));
  await Promise.all(of("volume").map(({ id }) => gone(docker.getVolume(id).remove())));
}

/**
 * Removes what runs left behind whose owner is dead; what a living run owns, or one of another
 * machine, is left alone.
 * @returns what was removed
 */
export async function sweep(docker: Docker): Promise<readonly Leftover[]> {
  const orphans = (await labelled(docker)).filter(({ owner }) => {
    const who = parseOwner(owner);
    return who !== undefined && isDead(who);
  });
  await remove(docker, orphans);
  return orphans;
}

/** 404: gone already; 409: somebody else is removing it at this moment. */
async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== 404 && status !== 409) throw error;
  }
}
