import { EVENT_ACTIONS, type EventRow } from "../record/schema.ts";
import type { MeasuredEngine } from "./sampler.ts";
import { destroy, eachLine } from "./lines.ts";

export interface ContainerEvent {
  readonly action: EventRow["action"];
  readonly container: string;
  /** What compose calls the container's service, and its number among the replicas. */
  readonly service: string;
  readonly number: string;
  readonly exitCode?: number;
}

/** One line of the engine's event stream; undefined if it is none of a compose service's. */
export function parseEvent(line: string): ContainerEvent | undefined {
  const { Action, Actor } = JSON.parse(line) as EngineEvent;
  const action = EVENT_ACTIONS.find((known) => known === Action);
  const labels = Actor?.Attributes ?? {};
  const service = labels["com.docker.compose.service"];
  if (!action || !Actor?.ID || !service) return undefined;
  return {
    action,
    container: Actor.ID,
    service,
    number: labels["com.docker.compose.container-number"] ?? "1",
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
 * Subscribes to what happens to the containers of a compose project; the subscription stands
 * when the promise resolves. `lost` is called if the stream ends before it is closed.
 */
export async function subscribe(
  docker: MeasuredEngine["docker"],
  project: string,
  told: (event: ContainerEvent) => void,
  lost: (cause?: unknown) => void,
): Promise<{ close(): void }> {
  const stream = await docker.getEvents({
    filters: {
      type: ["container"],
      event: [...EVENT_ACTIONS],
      label: [`com.docker.compose.project=${project}`],
    },
  });
  let closed = false;
  const end = (cause?: unknown) => {
    if (!closed) lost(cause);
    closed = true;
  };
  eachLine(stream, (line) => {
    const event = parseEvent(line);
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
