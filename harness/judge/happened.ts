import { InconclusiveError } from "../errors.ts";
import type { EventRow } from "../record/schema.ts";
import { firstOomKillIn, oomKillsIn, type Life } from "./lives.ts";
import type { ServiceRows } from "./rows.ts";
import type { Evidence } from "./types.ts";
import { inside, missing, type Within } from "./window.ts";

type Happened = Pick<Evidence, "events" | "exitCodes" | "starts" | "oomKills" | "firstOomKill">;

/** What became of containers, by the engine's word and the kernel's counters. */
export function happened(
  services: ReadonlyMap<string, ServiceRows>,
  within: Within,
  lives: (service: string) => readonly Life[],
  { series }: Pick<Evidence, "series">,
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
  return {
    events,
    exitCodes: (service, during) => events(service, "die", during).map(exitCodeOf),
    starts: (service, during) => events(service, "start", during).length,
    oomKills(service, during) {
      const rows = of(service);
      const kills = oomKillsIn(rows, lives(service), within(during));
      if (kills > 0) return kills;
      // Nobody may say 'never' of a time in which the counter was there and was not read.
      if (isCounted(rows)) series(service, "oomKills", during);
      else if (rows.events.length === 0) throw missing(`no word of what killed in "${service}"`);
      return kills;
    },
    firstOomKill(service, during) {
      const rows = of(service);
      return firstOomKillIn(rows, lives(service), within(during));
    },
  };
}

const isCounted = ({ samples }: ServiceRows) => samples.some(({ oomKills }) => oomKills !== null);

function exitCodeOf({ service, exitCode }: EventRow): number {
  if (exitCode !== undefined) return exitCode;
  throw new InconclusiveError(
    "NOT_IN_RECORD",
    `The engine did not tell with which exit code "${service}" ended.`,
  );
}
