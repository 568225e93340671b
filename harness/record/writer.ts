import { createWriteStream, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { EnvironmentError } from "../errors.ts";
import { excessOf, LONGEST_LINE, MOST, NOTHING, sizeOf, sizeOfBoth, type Size } from "./limits.ts";
import { sameValues } from "./sample.ts";
import type { HeadRow, Row, SampleRow, TailRow } from "./schema.ts";
import { rowFault } from "./valid.ts";

/** Where rows go: a record on disk, or anything else that wants to see them. */
export interface RowSink {
  write(row: Row): void;
  /** One sample of a service; identical ones in a row are written as one. */
  sample(row: SampleRow): void;
}

export interface RecordWriter extends RowSink {
  /** The record is not fit to be judged, and why: at its end it says so. The first reason stays. */
  spoil(reason: string): void;
  /**
   * Writes the last row and closes the file; done when all of it is written. Gives the tail as it
   * was written: `inconclusive` where the record was spoilt. Nothing can be written afterwards.
   * Throws EnvironmentError where the disk did not take it.
   */
  close(tail: TailRow): Promise<TailRow>;
}

/** Rows, and runs of identical samples, wait at most this long, milliseconds. */
const longestWait = 1000;
const batchBytes = 64 * 1024;

/**
 * Opens a new record. Rows are appended in small batches, each one `write` call, so that
 * a killed process loses about a second and leaves at worst a cut last line. Nobody waits for the
 * disk meanwhile: a busy one can take a second, and the samplers would miss it.
 *
 * What it writes can be read again: a row that could not, or one too many, is left out, and spoils
 * the record. It never throws for a row: whoever writes has a container to watch.
 * Throws if the file exists already: a record is never overwritten; and EnvironmentError for a
 * head that could not be read again.
 */
export function openRecord(path: string, head: HeadRow): RecordWriter {
  const first = lineFor(head, NOTHING);
  if (first.fault !== undefined) throw new EnvironmentError("RECORD_NOT_WRITTEN", first.fault);
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, "ax");
  writeSync(fd, first.line);
  const stream = createWriteStream(path, { fd });
  const taken = finished(stream);
  taken.catch(() => {}); // told when the record is closed
  let batch = "";

  const flush = () => {
    if (batch !== "") stream.write(batch);
    batch = "";
  };
  let spoilt: string | undefined;
  let written = first.size;
  const append = (row: Row) => {
    const { line, size, fault } = lineFor(row, written);
    spoilt ??= fault;
    if (fault !== undefined) return;
    written = size;
    batch += line;
    if (batch.length >= batchBytes) flush();
  };
  const runs = runsOfSamples(append);
  const timer = setInterval(() => {
    runs.endAll();
    flush();
  }, longestWait).unref();

  return {
    write(row) {
      // A run of samples is evenly spaced; it must not reach over a gap or an event.
      if ("service" in row) runs.end(row.service);
      append(row);
    },
    sample: runs.add,
    spoil(reason) {
      spoilt ??= reason;
    },
    async close(ending) {
      clearInterval(timer);
      runs.endAll();
      const tail = { ...tailOf(ending, spoilt), rows: written.rows + 1 };
      stream.end(batch + lineOf(inWholeMs(tail)));
      await taken.catch((cause: unknown) => {
        throw new EnvironmentError("RECORD_NOT_WRITTEN", `${path} could not be written.`, {
          hint: "Is the disk full?",
          cause,
        });
      });
      return tail;
    },
  };
}

/** Makes one row of identical samples in a row, and appends it when the run of them ends. */
function runsOfSamples(append: (row: Row) => void) {
  const runs = new Map<string, { readonly first: SampleRow; until: number; n: number }>();
  const end = (service: string) => {
    const run = runs.get(service);
    if (run) append({ ...run.first, until: run.until, n: run.n });
    runs.delete(service);
  };
  return {
    add(row: SampleRow): void {
      const run = runs.get(row.service);
      if (run && row.t >= run.until && sameValues(run.first, row)) {
        run.until = row.t;
        run.n++;
        return;
      }
      end(row.service);
      runs.set(row.service, { first: row, until: row.t, n: 1 });
    },
    end,
    endAll: () => [...runs.keys()].forEach(end),
  };
}

interface Line {
  readonly line: string;
  /** Of all that was written, with this line. */
  readonly size: Size;
  readonly fault?: string;
}

/** There is always room for the tail. */
const OURS = 0.99;

/** A row's line after what was written before, or why there can be none. */
function lineFor(row: Row, before: Size): Line {
  const not = (fault: string): Line => ({ line: "", size: before, fault });
  try {
    const whole = inWholeMs(row);
    const fault = rowFault(whole);
    if (fault !== undefined) return not(`What was to be recorded could not be: ${fault}.`);
    const line = lineOf(whole);
    const bytes = Buffer.byteLength(line);
    const size = sizeOfBoth(before, sizeOf(whole, bytes));
    const excess = bytes > LONGEST_LINE ? "a row too long" : excessOf(size, MOST, OURS);
    if (excess !== undefined) return not(`What was to be recorded could not be: ${excess}.`);
    return { line, size };
  } catch (error) {
    return not(`A row could not be recorded: ${String(error)}`);
  }
}

const LONGEST_REASON = 4000;

function tailOf({ reason = "", ...tail }: TailRow, spoilt: string | undefined): TailRow {
  const why = spoilt !== undefined && tail.outcome === "completed" ? spoilt : reason;
  return {
    ...tail,
    ...(spoilt !== undefined && tail.outcome === "completed" && { outcome: "inconclusive" }),
    ...(why !== "" && { reason: why.slice(0, LONGEST_REASON) }),
  };
}

const lineOf = (row: Row) => `${JSON.stringify(row)}\n`;

const inWholeMs = (row: Row): Row => Object.assign({ ...row }, { t: Math.round(row.t) });
