import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { InconclusiveError } from "../../../harness/errors.ts";
import { openRecord, readRecord } from "../../../harness/record/index.ts";
import type { Json, Row, TailRow } from "../../../harness/record/schema.ts";
import { createJournal } from "../../../harness/replay/journal.ts";
import { head, tail } from "../../support/rows.ts";

function journal() {
  const rows: Row[] = [];
  let t = 0;
  const spoilt: string[] = [];
  const writer = {
    write: (row: Row) => void rows.push(row),
    sample() {},
    spoil: (reason: string) => void spoilt.push(reason),
    close: (tail: TailRow) => Promise.resolve(tail),
  };
  return {
    rows,
    spoilt,
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

test.each([
  '{"load":"x","count":"many"}',
  '{"load":"x","count":-1}',
  '{"load":"x","count":1e999}',
  '{"load":"x","count":1.5}',
  '{"load":"x","count":null}',
  '{"load":"x","count":NaN}',
  '{"load":7}',
  '{"load":"__proto__"}',
  '{"observe":"x","value":1e999}',
  '{"observe":"x","value":[[1e999]]}',
  '{"observe":["x"],"value":1}',
  '{"observe":"x","value":1,"unit":"furlong"}',
  '{"observe":"x","value":1,"unit":7}',
  '{"observe":"","value":1}',
  `{"observe":"${"x".repeat(201)}","value":1}`,
  `{"observe":"x","value":"${"x".repeat(65_536)}"}`,
  `{"observe":"x","value":${"[".repeat(1000)}${"]".repeat(1000)}}`,
  '{"observe":"x\\u001b[31m","value":1}',
  '{"observe":"malformed lines","value":0}',
  '{"observe":"clock jump","value":"none"}',
  '{"phase":"baseline"}',
  '{"phase":7}',
  '{"phase":"hang"',
])("%.60s is no word of the record, but is counted", (line) => {
  const { rows, journal: it } = journal();
  expect(it.line(line)).toBe(false);
  expect(rows).toEqual([{ type: "observation", t: 0, name: "malformed lines", value: 1 }]);
});

test("malformed lines are told in powers of ten, however many they are", () => {
  const { rows, journal: it } = journal();
  for (let i = 0; i < 12_345; i += 1) it.line('{"load":"x","count":"many"}');
  expect(rows.map((row) => row.type === "observation" && row.value)).toEqual([
    1, 10, 100, 1000, 10_000,
  ]);
});

test("a flood ends: nothing more is written, the record is spoilt and the drive is told", () => {
  const { rows, spoilt, journal: it } = journal();
  for (let i = 0; i < 250_000; i += 1) expect(it.line('{"load":"x"}')).toBe(true);
  expect(rows).toHaveLength(200_000);
  expect(it.flooded.reason).toMatchObject({ code: "FLOODED" });
  expect(spoilt).toEqual(["Its containers told more than 200000 things."]);
});

test("what the drive itself tells must be recordable, too", () => {
  const { rows, journal: it } = journal();
  const cyclic: Json[] = [];
  cyclic.push(cyclic);
  expect(() => it.load("x", Number.NaN)).toThrow(InconclusiveError);
  expect(() => it.load("x", -1)).toThrow("no record can hold");
  expect(() => it.phase("")).toThrow("a name");
  expect(() => it.observe("x", cyclic)).toThrow('observation "x"');
  expect(rows).toEqual([]);
  it.observe("ready after", Number.NaN);
  expect(it.seen("ready after")).toEqual([null]);
});

test("whatever a container prints, the record that comes of it can be read", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  try {
    const key = fc.constantFrom("observe", "load", "phase", "value", "count", "unit", "__proto__");
    const object = fc.dictionary(key, fc.oneof(fc.jsonValue(), fc.anything()));
    const line = fc.oneof(
      object.map((said) =>
        JSON.stringify(said, (_, v: unknown) => (typeof v === "bigint" ? 1 : v)),
      ),
      fc.string({ unit: "binary" }),
      fc.json(),
    );
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const path = join(folder, `${(n += 1)}.ndjson`);
        const writer = openRecord(path, head());
        const it = createJournal(
          writer,
          () => 5,
          () => {},
        );
        for (const text of lines) it.line(text);
        expect((await writer.close(tail(10))).outcome).toBe("completed");
        expect(readRecord(path).cutOff).toBe(false);
      }),
      { numRuns: 200 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
