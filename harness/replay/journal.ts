import type { Json, Row } from "../record/schema.ts";
import type { RowSink } from "../record/writer.ts";

/** What the drive tells: written to the record at once, and kept for the drive to look back at. */
export interface Journal {
  now(): number;
  phase(name: string): void;
  observe(name: string, value: Json, unit?: string): void;
  load(name: string, count: number): void;
  seen(name: string): readonly Json[];
  loaded(name: string): number;
  /** Takes a line of a driver's output; true if it was an observation, a load or a phase. */
  line(text: string): boolean;
}

/** A journal that writes to a record; `told` is called with each row as well. */
export function createJournal(
  writer: Pick<RowSink, "write">,
  now: () => number,
  told: (row: Row) => void,
): Journal {
  const observations = new Map<string, Json[]>();
  const loads = new Map<string, number>();
  const write = (row: Row) => {
    writer.write(row);
    told(row);
  };
  const journal: Journal = {
    now,
    phase: (name) => write({ type: "phase", t: now(), name }),
    observe(name, value, unit) {
      const values = observations.get(name) ?? [];
      observations.set(name, values);
      values.push(value);
      write({
        type: "observation",
        t: now(),
        name,
        value,
        ...(unit === undefined ? {} : { unit }),
      });
    },
    load(name, count) {
      loads.set(name, (loads.get(name) ?? 0) + count);
      write({ type: "load", t: now(), name, count });
    },
    seen: (name) => observations.get(name) ?? [],
    loaded: (name) => loads.get(name) ?? 0,
    line(text) {
      const said = parseLine(text);
      if (!said) return false;
      if (typeof said["observe"] === "string")
        journal.observe(said["observe"], said["value"] ?? null, unitOf(said["unit"]));
      else if (typeof said["load"] === "string")
        journal.load(said["load"], Number(said["count"] ?? 1));
      else if (typeof said["phase"] === "string") journal.phase(said["phase"]);
      else return false;
      return true;
    },
  };
  return journal;
}

function parseLine(text: string): Record<string, Json> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Record<string, Json>;
  } catch {
    return undefined;
  }
}

const unitOf = (unit: Json | undefined) => (typeof unit === "string" ? unit : undefined);
