import type { Engine } from "../engine/index.ts";
import { ask, statusOf } from "../engine/ask.ts";
import { fateOf, label, parseOwner, type Owner } from "./labels.ts";

/** One thing on the engine that carries our label. */
export interface Leftover {
  readonly kind: "container" | "network" | "volume";
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly run: string;
}

export interface Swept {
  readonly removed: readonly Leftover[];
  /** What was left alone, and why. */
  readonly left: readonly (Leftover & { readonly why: string })[];
}

type Docker = Engine["docker"];
type Labels = Record<string, string> | undefined;

/**
 * Everything on the engine that carries all of these labels, e.g. `aftershock.run=ID`; everything
 * that carries a run's if none is given.
 */
export async function labelled(docker: Docker, ...labels: readonly string[]): Promise<Leftover[]> {
  const filters = { label: labels.length > 0 ? [...labels] : [label.run] };
  const [containers, networks, volumes] = await ask("Listing what is labelled", (abortSignal) =>
    Promise.all([
      docker.listContainers({ all: true, filters, abortSignal }),
      docker.listNetworks({ filters, abortSignal }),
      docker.listVolumes({ filters, abortSignal }),
    ]),
  );
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

/**
 * Removes what is given: containers first, then what they held. What is gone already is fine. All
 * of it is tried before the first failure is thrown: one that hangs keeps nothing else.
 */
export async function remove(docker: Docker, things: readonly Leftover[]): Promise<void> {
  const failures: unknown[] = [];
  for (const kind of ["container", "network", "volume"] as const) {
    const removals = things
      .filter((thing) => thing.kind === kind)
      .map((it) => removeOne(docker, it));
    for (const done of await Promise.allSettled(removals))
      if (done.status === "rejected") failures.push(done.reason);
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Removes what runs left behind whose owner is dead. What a living run owns is left alone, and
 * what one may own that can't be seen from here.
 */
export async function sweep(docker: Docker): Promise<Swept> {
  const found = (await labelled(docker)).map((thing) => ({ thing, why: reasonToLeave(thing) }));
  const removed = found.filter(({ why }) => why === undefined).map(({ thing }) => thing);
  await remove(docker, removed);
  const left = found.flatMap(({ thing, why }) => (why === undefined ? [] : [{ ...thing, why }]));
  return { removed, left };
}

/** What a sweep would remove. */
export async function abandoned(docker: Docker): Promise<readonly Leftover[]> {
  return (await labelled(docker)).filter((thing) => reasonToLeave(thing) === undefined);
}

/** Why a thing is not to be swept away; undefined where its owner is dead. */
function reasonToLeave({ owner }: Leftover): string | undefined {
  const who = parseOwner(owner);
  if (!who) return "it does not say whose it is";
  const fate = fateOf(who);
  if (fate === "dead") return undefined;
  return fate === "alive" ? `its run lives (process ${who.pid})` : unseen(who);
}

function unseen({ until }: Owner): string {
  if (until === Number.MAX_SAFE_INTEGER)
    return "an older version made it, which does not say enough of itself: remove it by hand";
  const date = new Date(until * 1000).toISOString().slice(0, 16).replace("T", " ");
  return `its run may live in another container or on another machine, until ${date} UTC at most`;
}

/** 404: gone already; 409: somebody else is removing it at this moment. */
async function removeOne(docker: Docker, { kind, id, name }: Leftover): Promise<void> {
  try {
    await ask(`Removing the ${kind} ${name}`, async (abortSignal) => {
      if (kind === "container")
        return docker.getContainer(id).remove({ force: true, v: true, abortSignal });
      const thing = kind === "network" ? docker.getNetwork(id) : docker.getVolume(id);
      return thing.remove({ abortSignal });
    });
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}
