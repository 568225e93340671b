import type { Row } from "../record/schema.ts";
import { happened } from "./happened.ts";
import { livesByService } from "./lives.ts";
import { headOf, only, rowsByService } from "./rows.ts";
import { sampled, seriesOf } from "./sampled.ts";
import { told } from "./told.ts";
import { driveEnd, inWrittenOrder } from "./time.ts";
import type { Evidence, Window } from "./types.ts";
import { missing, windowWithin } from "./window.ts";

/** Names that a scenario declares: of these it may ask though a record does not hold them. */
export interface Declared {
  readonly loads?: readonly string[];
  readonly phases?: readonly string[];
}

/**
 * A record as claims see it. Rows must be in order of time, the head first.
 * Throws InconclusiveError without a head, and whenever it is asked for what it does not hold.
 */
export function evidenceOf(record: readonly Row[], declared: Declared = {}): Evidence {
  const head = headOf(record);
  const all = inWrittenOrder(record);
  const end = driveEnd(all);
  const rows = all.filter((row) => row.type !== "sample" && row.t < end);
  const whole: Window = { from: 0, to: end };
  const within = windowWithin(whole);
  const services = rowsByService(all);
  const phases = phaseWindows(rows, end);
  const lives = livesByService(services);
  const allOf = seriesOf(services, end);
  return {
    head,
    whole: () => whole,
    hasPhase(name) {
      if (phases.has(name)) return true;
      if (name === "baseline" || declared.phases?.includes(name)) return false;
      throw missing(`no phase "${name}", and the scenario's \`phases\` do not speak of it`);
    },
    phase(name) {
      const found = phases.get(name);
      if (found) return found;
      throw missing(`no phase "${name}"`);
    },
    ...sampled(services, within, lives, allOf),
    ...happened(services, within, lives, allOf),
    ...told(rows, within, declared),
  };
}

/** The last of each name wins, as `Evidence.phase` promises. */
function phaseWindows(rows: readonly Row[], end: number): ReadonlyMap<string, Window> {
  const marks = only(rows, "phase");
  return new Map(
    marks.map(({ name, t }, i) => [name, { from: t, to: marks[i + 1]?.t ?? end }] as const),
  );
}
