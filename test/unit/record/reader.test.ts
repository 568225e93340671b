import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
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

  test("says why it cannot be read: it may be too large", () => {
    const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
    const path = join(folder, "r.ndjson");
    writeFileSync(path, "");
    truncateSync(path, 513 * 2 ** 20);
    try {
      expect(() => readRecord(path)).toThrow(
        `The record ${path} cannot be read: it is larger than 512 MiB.`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(() => readRecord("/no/such/record.ndjson")).toThrow("no such file or directory.");
  });

  const box = (row: object) => ({ type: "sample", service: "s", n: 1, ...values({}), ...row });
  const boxed = (hz: number) => ({
    ...{ type: "container", t: 1, service: "s", container: "c", image: "i", source: "cgroup-v2" },
    ...{ hz, limits: { memory: null, pids: null, cpus: null } },
  });
  const stall = (t: number, until: number, what = "lab") => ({ type: "stall", t, until, what });
  const end = (t: number) => ({ type: "drive-end", t });
  const counted = (t: number, rows: number) => ({ ...tail(t), rows });

  test.each([
    ["a clock that was set by an hour", [stall(20_000, 3_620_000, "clock"), tail(50_000)]],
    ["a clock that was set by fifty years", [stall(2, 1.6e12, "clock"), tail(50)]],
    ["as many rows as were written", [phase(1), counted(5, 3)]],
    ["a phase that is told again", [phase(1), phase(2), tail(5)]],
    ["a container that says a phase while it is taken down", [end(1), phase(2), tail(5)]],
  ])("may tell of %s", (_what, rows) => {
    expect(parseRecord(lines(head(), ...rows), "r").rows).toHaveLength(rows.length + 1);
  });

  test.each([
    ["a row less than were written", [phase(1), counted(5, 4)], "r:3: 4 rows were written, and 3"],
    ["a row that stands there twice", [phase(1), phase(1), counted(5, 3)], "r:4: 3 rows were"],
    ["a second end of its drive", [end(1), end(2), tail(5)], "r:3: a second drive-end"],
    ["a stall longer than the run", [stall(2, 9000), tail(5)], "r:2: t cannot be 9000, after"],
    ["a stall that ends before it began", [stall(2, 1), tail(5)], "r:2: until cannot be 1"],
    ["a clock set by less than nothing", [stall(2, 1, "clock"), tail(5)], "until cannot be 1"],
    [
      "a clock that jumped by what is no number",
      [{ type: "observation", t: 1, name: "clock jump", value: { a: 1 } }],
      'value of "clock jump" cannot be {"a":1}',
    ],
    ["a rate at which nothing is seen", [boxed(0.001)], "hz cannot be 0.001"],
    ["a rate beyond all", [boxed(1e6)], "hz cannot be 1000000"],
    ["memory below none", [box({ t: 1, until: 1, current: -1 })], "current cannot be -1"],
    ["a time that is hardly one", [box({ t: 0, until: 1e-320 })], "until cannot be 1e-320"],
    ["spent time below none", [{ ...tail(5), spent: { up: 0, drive: 0, down: -9 } }], "spent"],
  ])("is refused with %s", (_what, rows, message) => {
    expect(() => parseRecord(lines(head(), ...rows), "r")).toThrow(message);
  });

  test.each([
    ["9e15 samples in a row", lines(head(), box({ t: 0, until: 9, n: 9e15 })), "r:2: n cannot be"],
    [
      "more than one a millisecond",
      lines(head(), box({ t: 0, until: 9, n: 20 })),
      "n cannot be 20",
    ],
    [
      "a run that ends before it begins",
      lines(head(), box({ t: 9, until: 8 })),
      "until cannot be 8",
    ],
    ["a number beyond sums", lines(head(), box({ t: 1, until: 1, anon: 1e300 })), "anon cannot be"],
    ["a time beyond all runs", lines(head(), phase(1e15)), "t cannot be"],
    ["a time after its tail", lines(head(), phase(9000), tail(10)), "r:2: t cannot be 9000, after"],
    ["a row after its tail", lines(head(), tail(10), phase(5)), "r:3: a row after the tail"],
    ["a second head", lines(head(), head()), "r:2: a second head"],
    [
      "a count of none",
      lines(head(), { type: "load", t: 1, name: "x", count: 1.5 }),
      "count cannot be",
    ],
    [
      "a count below none",
      lines(head(), { type: "load", t: 1, name: "x", count: -1 }),
      "count cannot",
    ],
    ["a type of another world", lines(head(), { type: "constructor", t: 1 }), "unknown row type"],
    ["a hidden tree", lines(head(), { ...phase(1), more: [[]] }), 'no "more" in it'],
    [
      "a number that is none",
      '{"type":"observation","t":1,"name":"x","value":1e999}\n',
      "value cannot be",
    ],
    [
      "a bottomless value",
      `{"type":"observation","t":1,"name":"x","value":${"[".repeat(1e5)}${"]".repeat(1e5)}}\n`,
      "value cannot be",
    ],
    [
      "an endless line",
      `{"type":"phase","t":1,"name":"${"x".repeat(2 ** 20)}"}\n`,
      "a line longer",
    ],
    ["lines of nothing", "\n".repeat(1000), "not JSON"],
    [
      "observations beyond a reader's memory",
      lines({ type: "observation", t: 1, name: "x", value: "x".repeat(1e6) }).repeat(70),
      "more than 64 MiB of names and observations",
    ],
    [
      "lists beyond a reader's memory",
      lines({
        type: "observation",
        t: 1,
        name: "x",
        value: Array.from({ length: 1e5 }, () => []),
      }).repeat(12),
      "more than 64 MiB of names and observations",
    ],
    [
      "names beyond a reader's memory",
      lines({ type: "load", t: 1, name: "x".repeat(16_000), count: 0 }).repeat(4500),
      "more than 64 MiB of names and observations",
    ],
    [
      "samples beyond all runs",
      lines(box({ t: 0, until: 10_000, n: 10_000 })).repeat(501),
      "more than 5000000 samples",
    ],
  ])("is refused with %s", (_what, text, message) => {
    const whole = text.startsWith('{"type":"head"') ? text : lines(head()) + text;
    const read = () => parseRecord(whole, "r");
    expect(read).toThrow(expect.objectContaining({ code: "RECORD_INVALID" }));
    expect(read).toThrow(message);
    try {
      read();
    } catch (error) {
      expect(String(error).length).toBeLessThan(300);
    }
  });

  test("is refused at once, though it unpacks to a gigabyte", () => {
    const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
    const path = join(folder, "bomb.ndjson.zst");
    const block = zstdCompressSync(Buffer.alloc(64 * 2 ** 20, 10));
    writeFileSync(path, Buffer.concat(Array.from({ length: 16 }, () => block)));
    try {
      expect(() => readRecord(path)).toThrow(expect.objectContaining({ code: "RECORD_INVALID" }));
      expect(process.memoryUsage().rss).toBeLessThan(3 * 2 ** 30);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["a pipe", (path: string) => execFileSync("mkfifo", [path])],
    ["a folder", (path: string) => mkdirSync(path)],
    ["a device", (path: string) => symlinkSync("/dev/zero", path)],
    ["a terminal's other end", (path: string) => symlinkSync("/dev/ptmx", path)],
  ])("is refused where %s stands instead", (_what, make) => {
    const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
    const path = join(folder, "r.ndjson");
    make(path);
    try {
      expect(() => readRecord(path)).toThrow(
        expect.objectContaining({ code: "RECORD_UNREADABLE", exitCode: 69 }),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
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
    "drive-end",
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
