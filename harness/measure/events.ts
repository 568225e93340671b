import { EVENT_ACTIONS, type EventRow } from "../record/schema.ts";
import type { MeasuredEngine } from "./sampler.ts";
import { destroy, eachLine } from "./lines.ts";

export interface ContainerEvent {
  readonly action: EventRow["action"];
  readonly container: string;
  /** What the record calls it. */
  readonly service: string;
  readonly exitCode?: number;
}

/** Which containers are watched. */
export interface Watched {
  /** In a message. */
  readonly what: string;
  /** The engine's filters of their events. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** What the record calls one; undefined for one that is not watched. */
  name(container: string, labels: Readonly<Record<string, string>>): string | undefined;
}

/** All of a compose project, by service; those of a replicated one as "service-1", "service-2". */
export function ofProject(project: string, replicated: ReadonlySet<string> = new Set()): Watched {
  return {
    what: project,
    filters: { label: [`com.docker.compose.project=${project}`] },
    name(_, labels) {
      const service = labels["com.docker.compose.service"];
      if (!service || !replicated.has(service)) return service;
      return `${service}-${labels["com.docker.compose.container-number"] ?? "1"}`;
    },
  };
}

/** These containers, by id. */
export function ofContainers(names: ReadonlyMap<string, string>): Watched {
  return {
    what: [...names.values()].join(", "),
    filters: { container: [...names.keys()] },
    name: (container) => names.get(container),
  };
}

/** One line of the engine's event stream; undefined if it is of nothing that is watched. */
export function parseEvent(line: string, watched: Watched): ContainerEvent | undefined {
  const { Action, Actor } = JSON.parse(line) as EngineEvent;
  const action = EVENT_ACTIONS.find((known) => known === Action);
  const labels = Actor?.Attributes ?? {};
  const service = Actor?.ID && watched.name(Actor.ID, labels);
  if (!action || !Actor?.ID || !service) return undefined;
  return {
    action,
    container: Actor.ID,
    service,
    ...(action === "die" && { exitCode: Number(labels["exitCode"]) }),
  };
}

interface EngineEvent {
  readonly Action?: string;
  readonly Actor?: {
    readonly ID?: string;
    readonly Attributes?: Readonly<Record<string, string>>;
  };
}

/**
 * Subscribes to what happens to the containers that are watched; the subscription stands when the
 * promise resolves. `lost` is called if the stream ends before it is closed.
 */
export async function subscribe(
  docker: MeasuredEngine["docker"],
  watched: Watched,
  told: (event: ContainerEvent) => void,
  lost: (cause?: unknown) => void,
): Promise<{ close(): void }> {
  const stream = await docker.getEvents({
    filters: { type: ["container"], event: [...EVENT_ACTIONS], ...copied(watched.filters) },
  });
  let closed = false;
  const end = (cause?: unknown) => {
    if (!closed) lost(cause);
    closed = true;
  };
  eachLine(stream, (line) => {
    const event = parseEvent(line, watched);
    if (event) told(event);
  });
  stream.on("error", end);
  stream.on("close", () => end());
  return {
    close() {
      closed = true;
      destroy(stream);
    },
  };
}

/** As dockerode's types want it. */
const copied = (filters: Watched["filters"]) =>
  Object.fromEntries(Object.entries(filters).map(([key, values]) => [key, [...values]]));
