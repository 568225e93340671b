import { expect, test } from "vitest";
import type { Row } from "../../../harness/record/schema.ts";
import { createJournal } from "../../../harness/replay/journal.ts";

function journal() {
  const rows: Row[] = [];
  let t = 0;
  const writer = { write: (row: Row) => void rows.push(row), sample() {}, async close() {} };
  return {
    rows,
    journal: createJournal(
      writer,
      () => t++,
      () => {},
    ),
  };
}

test("a driver's lines become rows; loads add up, observations keep their order", () => {
  const { rows, journal: it } = journal();
  expect(it.line('{"observe":"jobs","value":3,"unit":"1"}')).toBe(true);
  expect(it.line('{"observe":"jobs","value":4}')).toBe(true);
  expect(it.line('{"load":"ticks"}')).toBe(true);
  expect(it.line('{"load":"ticks","count":4}')).toBe(true);
  expect(it.line('{"phase":"hang"}')).toBe(true);
  expect(it.seen("jobs")).toEqual([3, 4]);
  expect(it.loaded("ticks")).toBe(5);
  expect(rows).toEqual([
    { type: "observation", t: 0, name: "jobs", value: 3, unit: "1" },
    { type: "observation", t: 1, name: "jobs", value: 4 },
    { type: "load", t: 2, name: "ticks", count: 1 },
    { type: "load", t: 3, name: "ticks", count: 4 },
    { type: "phase", t: 4, name: "hang" },
  ]);
});

test.each(["hello", "{not json}", '{"other":1}', "[1]", ""])("%j is left to the logs", (line) => {
  const { rows, journal: it } = journal();
  expect(it.line(line)).toBe(false);
  expect(rows).toEqual([]);
});
