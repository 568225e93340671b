import { InconclusiveError } from "../errors.ts";
import type { EventRow } from "../record/schema.ts";
import { firstOomKillIn, oomKillsIn, type Life } from "./lives.ts";
import type { ServiceRows } from "./rows.ts";
import type { AllOf } from "./sampled.ts";
import { cut, valueBefore } from "./series.ts";
import type { Evidence, Series, Window } from "./types.ts";
import { inside, missing, type Within } from "./window.ts";

type Happened = Pick<Evidence, "events" | "exitCodes" | "starts" | "oomKills" | "firstOomKill">;

/** What became of containers, by the engine's word and the kernel's counters. */
export function happened(
  services: ReadonlyMap<string, ServiceRows>,
  within: Within,
  lives: (service: string) => readonly Life[],
  allOf: AllOf,
): Happened {
  const of = (service: string): ServiceRows => {
    const found = services.get(service);
    if (found) return found;
    throw missing(`no service "${service}"`);
  };
  const events: Evidence["events"] = (service, action, during) => {
    const window = within(during);
    return of(service).events.filter(
      (row) => (action === undefined || row.action === action) && inside(window, row.t),
    );
  };
  /** Nobody may say 'never' of a time in which the counter was there and was not read to its end. */
  const checkNever = (service: string, during: Window | undefined): void => {
    const rows = of(service);
    if (isCounted(rows)) checkCounted(allOf(service, "oomKills"), within(during));
    else if (rows.events.length === 0) throw missing(`no word of what killed in "${service}"`);
    const killed = unexplainedEnds(rows).find(({ t }) => inside(within(during), t));
    if (!killed) return;
    const at = `${(killed.t / 1000).toFixed(1)} s`;
    throw missing(`no word of what killed "${service}" at ${at}: it ended with ${KILLED}`);
  };
  return {
    events,
    exitCodes: (service, during) => events(service, "die", during).map(exitCodeOf),
    starts: (service, during) => events(service, "start", during).length,
    oomKills(service, during) {
      const kills = oomKillsIn(of(service), lives(service), within(during));
      if (kills === 0) checkNever(service, during);
      return kills;
    },
    firstOomKill(service, during) {
      const first = firstOomKillIn(of(service), lives(service), within(during));
      if (first === undefined) checkNever(service, during);
      return first;
    },
  };
}

function checkCounted(counter: Series, during: Window): void {
  cut(counter, during);
  valueBefore(counter, during.to);
}

const isCounted = ({ samples }: ServiceRows) => samples.some(({ oomKills }) => oomKills !== null);

/** The exit code of what was killed, by whomever. */
const KILLED = 137;
const BY_HAND: ReadonlySet<EventRow["action"]> = new Set(["kill", "stop", "restart"]);

/** Ends by a kill of which the engine told no hand: it tells of its own. */
function unexplainedEnds({ events }: ServiceRows): readonly EventRow[] {
  let byHand = false;
  return events.filter(({ action, exitCode }) => {
    if (action === "start") byHand = false;
    else if (BY_HAND.has(action)) byHand = true;
    return action === "die" && exitCode === KILLED && !byHand;
  });
}

function exitCodeOf({ service, exitCode }: EventRow): number {
  if (exitCode !== undefined) return exitCode;
  throw new InconclusiveError(
    "NOT_IN_RECORD",
    `The engine did not tell with which exit code "${service}" ended.`,
  );
}
