import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseRecord, readRecord, type Row } from "../../../harness/record/index.ts";
import { head, tail, values } from "../../support/rows.ts";

const lines = (...rows: readonly (Row | object)[]) =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const phase = (t: number, name = "a") => ({ type: "phase", t, name });

describe("a record that is read", () => {
  test("is in order of time, rows of the same time as they were written", () => {
    const text = lines(head(), phase(30, "x"), phase(10), phase(30, "y"), phase(0, "z"), tail(30));
    expect(parseRecord(text, "r").rows).toEqual([
      head(),
      phase(0, "z"),
      phase(10),
      phase(30, "x"),
      phase(30, "y"),
      tail(30),
    ]);
  });

  test("is cut off when its last line is, wherever that was cut", () => {
    const text = lines(head(), phase(5), phase(6));
    const lastLine = JSON.stringify(phase(6)).length;
    for (let missing = 1; missing <= lastLine; missing++) {
      const record = parseRecord(text.slice(0, -missing), "r");
      expect(record).toMatchObject({ cutOff: true, tail: null });
      expect(record.rows).toHaveLength(2);
    }
  });

  test("is cut off without a tail, though every line is whole", () => {
    expect(parseRecord(lines(head(), phase(5)), "r").cutOff).toBe(true);
  });

  test.each([
    ["no JSON", `${JSON.stringify(head())}\n{]\n`, "r.ndjson:2: not JSON"],
    ["no head", lines(phase(1)), "r.ndjson:1: the first line must be a head row"],
    ["nothing", "", "r.ndjson:1: the first line must be a head row"],
    ["another version", lines({ ...head(), schema: "aftershock/record@9" }), "r.ndjson:1: schema"],
    [
      "an unknown type",
      lines(head(), { type: "poem", t: 1 }),
      'r.ndjson:2: unknown row type "poem"',
    ],
    ["a list", lines(head(), []), "r.ndjson:2: not an object"],
    ["a time that is none", lines(head(), { ...phase(1), t: "1" }), 'r.ndjson:2: t cannot be "1"'],
    [
      "a sample with a number missing",
      lines(head(), {
        type: "sample",
        t: 1,
        until: 1,
        n: 1,
        service: "s",
        ...values({}),
        rx: undefined,
      }),
      "r.ndjson:2: rx cannot be undefined",
    ],
    [
      "an event of another kind",
      lines(head(), { type: "event", t: 1, service: "s", action: "sing" }),
      'r.ndjson:2: action cannot be "sing"',
    ],
    [
      "a tail with another outcome",
      lines(head(), { ...tail(1), outcome: "great" }),
      'r.ndjson:2: outcome cannot be "great"',
    ],
  ])("is refused with %s, naming file and line", (_what, text, message) => {
    expect(() => parseRecord(text, "r.ndjson")).toThrow(message);
    expect(() => parseRecord(text, "r.ndjson")).toThrow(
      expect.objectContaining({ code: "RECORD_INVALID", exitCode: 69 }),
    );
  });

  test("may be packed", () => {
    const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
    const path = join(folder, "r.ndjson.zst");
    writeFileSync(path, zstdCompressSync(lines(head(), phase(5), tail(6))));
    try {
      expect(readRecord(path)).toMatchObject({ cutOff: false, rows: [head(), phase(5), tail(6)] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("is refused when there is no such file", () => {
    expect(() => readRecord("/no/such/record.ndjson")).toThrow(
      expect.objectContaining({ code: "RECORD_UNREADABLE" }),
    );
  });

  test("of 50 000 rows is read in well under two seconds", () => {
    const row = { type: "sample", n: 1, service: "box", ...values({ anon: 123456789 }) };
    const text = lines(
      head(),
      ...Array.from({ length: 50_000 }, (_, t) => ({ ...row, t, until: t })),
      tail(50_000),
    );
    const began = performance.now();
    expect(parseRecord(text, "r").rows).toHaveLength(50_002);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

test("what the documentation shows is a whole record with every type of row", () => {
  const page = readFileSync(new URL("../../../docs/record.md", import.meta.url), "utf8");
  const [, shown = ""] = /```ndjson\n([^]*?)```/.exec(page) ?? [];
  const record = parseRecord(shown, "docs/record.md");
  expect(record.cutOff).toBe(false);
  const types = [
    "container",
    "event",
    "gap",
    "head",
    "load",
    "observation",
    "phase",
    "sample",
    "tail",
  ];
  expect([...new Set(record.rows.map(({ type }) => type))].sort()).toEqual(types);
});
