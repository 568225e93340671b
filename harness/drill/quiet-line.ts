import { appendEvent, readEvents, type DrillEvent } from "./events.ts";
import type { Session } from "./session.ts";

const quietMs = 10 * 60_000;

/**
 * One line, once in a session, for somebody who has been at it for ten minutes and has checked
 * nothing: that hints are there. Undefined when there is nothing to say.
 */
export async function quietLine({ path, state }: Session): Promise<string | undefined> {
  const events = await readEvents(path);
  if (!isDue(events, Date.now() - Date.parse(state.startedAt))) return undefined;
  await appendEvent(path, "told");
  return "hints are there: aftershock hint";
}

/** Nobody is told who asked, checked, or was told before. */
export function isDue(events: readonly DrillEvent[], sinceMs: number): boolean {
  return sinceMs >= quietMs && !events.some(({ event }) => settled.has(event));
}

const settled: ReadonlySet<DrillEvent["event"]> = new Set([
  ...(["told", "hint", "check", "fixed", "revealed"] as const),
]);
