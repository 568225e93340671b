import { InconclusiveError, messageOf } from "../errors.ts";
import { MALFORMED, type Json, type Row } from "../record/schema.ts";
import type { RecordWriter } from "../record/writer.ts";
import { isName, linesOfContainers, parseLine, type Said } from "./line.ts";

/** What the drive tells: written to the record at once, and kept for the drive to look back at. */
export interface Journal {
  now(): number;
  /** These throw InconclusiveError for what no record can hold: a name or count that is none. */
  phase(name: string): void;
  observe(name: string, value: Json, unit?: string): void;
  load(name: string, count: number): void;
  seen(name: string): readonly Json[];
  loaded(name: string): number;
  /**
   * Takes a line of a driver's output; true if it was an observation, a load or a phase, or one
   * of a flood. What it says is checked: a container may print anything. Never throws.
   */
  line(text: string): boolean;
  /** Aborted, with an InconclusiveError, when containers told more than any record can hold. */
  readonly flooded: AbortSignal;
}

/** A journal that writes to a record; `told` is called with each row as well. */
export function createJournal(
  writer: Pick<RecordWriter, "write" | "spoil">,
  now: () => number,
  told: (row: Row) => void,
): Journal {
  const observations = new Map<string, Json[]>();
  const loads = new Map<string, number>();
  const flood = new AbortController();
  const lines = linesOfContainers();
  const write = (row: Row) => {
    writer.write(row);
    told(row);
  };
  const observe = (name: string, value: Json, unit?: string) => {
    const values = observations.get(name) ?? [];
    observations.set(name, values);
    values.push(value);
    write({ type: "observation", t: now(), name, value, ...(unit !== undefined && { unit }) });
  };
  const load = (name: string, count: number) => {
    loads.set(name, (loads.get(name) ?? 0) + count);
    write({ type: "load", t: now(), name, count });
  };
  const phase = (name: string) => write({ type: "phase", t: now(), name });
  const take = (said: Said) => {
    if (said.is === "phase") phase(said.name);
    else if (said.is === "load") load(said.name, said.count);
    else observe(said.name, said.value, said.unit);
  };
  return {
    now,
    phase: (name) => phase(named(name)),
    observe: (name, value, unit) => observe(named(name), plain(name, value), unit),
    load(name, count) {
      if (!Number.isSafeInteger(count) || count < 0)
        throw notRecordable(`load "${name}" of ${count}`);
      load(named(name), count);
    },
    seen: (name) => observations.get(name) ?? [],
    loaded: (name) => loads.get(name) ?? 0,
    flooded: flood.signal,
    line(text) {
      if (flood.signal.aborted) return true;
      const said = parseLine(text);
      if (said === undefined) return false;
      const excess = lines.count(text);
      if (excess !== undefined) {
        writer.spoil(excess);
        flood.abort(new InconclusiveError("FLOODED", excess));
        return true;
      }
      if (said !== "malformed") take(said);
      else if (lines.isWorthTelling()) observe(MALFORMED, lines.malformed());
      return said !== "malformed";
    },
  };
}

function named(name: unknown): string {
  if (isName(name)) return name;
  throw notRecordable(`a name: ${JSON.stringify(name) ?? "nothing"}`);
}

/** The value as it will be read again: numbers that are none are null there. */
function plain(name: string, value: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null") as Json;
  } catch (error) {
    throw notRecordable(`observation "${name}": ${messageOf(error).split("\n")[0]}`);
  }
}

const notRecordable = (what: string) =>
  new InconclusiveError("NOT_RECORDABLE", `The drive told what no record can hold: ${what}`);
