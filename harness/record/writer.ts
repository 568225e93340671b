import { createWriteStream, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { EnvironmentError } from "../errors.ts";
import { sameValues } from "./sample.ts";
import type { HeadRow, Row, SampleRow, TailRow } from "./schema.ts";

/** Where rows go: a record on disk, or anything else that wants to see them. */
export interface RowSink {
  write(row: Row): void;
  /** One sample of a service; identical ones in a row are written as one. */
  sample(row: SampleRow): void;
}

export interface RecordWriter extends RowSink {
  /**
   * Writes the last row and closes the file; done when all of it is written. Nothing can be
   * written afterwards. Throws EnvironmentError where the disk did not take it.
   */
  close(tail: TailRow): Promise<void>;
}

/** Rows, and runs of identical samples, wait at most this long, milliseconds. */
const longestWait = 1000;
const batchBytes = 64 * 1024;

/**
 * Opens a new record. Rows are appended in small batches, each one `write` call, so that
 * a killed process loses about a second and leaves at worst a cut last line. Nobody waits for the
 * disk meanwhile: a busy one can take a second, and the samplers would miss it.
 * Throws if the file exists already: a record is never overwritten.
 */
export function openRecord(path: string, head: HeadRow): RecordWriter {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, "ax");
  writeSync(fd, lineOf(head));
  const stream = createWriteStream(path, { fd });
  const written = finished(stream);
  written.catch(() => {}); // told when the record is closed
  let batch = "";

  const flush = () => {
    if (batch !== "") stream.write(batch);
    batch = "";
  };
  const append = (row: Row) => {
    batch += lineOf(row);
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
    async close(tail) {
      clearInterval(timer);
      runs.endAll();
      append(tail);
      stream.end(batch);
      await written.catch((cause: unknown) => {
        throw new EnvironmentError("RECORD_NOT_WRITTEN", `${path} could not be written.`, {
          hint: "Is the disk full?",
          cause,
        });
      });
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
      if (run && sameValues(run.first, row)) {
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

const lineOf = (row: Row) => `${JSON.stringify({ ...row, t: Math.round(row.t) })}\n`;
