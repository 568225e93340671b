import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  openRecord,
  readRecord,
  sampleRow,
  type Row,
  type SampleValues,
} from "../../../harness/record/index.ts";
import { head, tail, values } from "../../support/rows.ts";
import { until } from "../../support/until.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  path = join(folder, "record", "a.ndjson");
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const samples = () => readRecord(path).rows.filter((row) => row.type === "sample");

describe("a record that is written", () => {
  test("reads back as it was", async () => {
    const record = openRecord(path, head());
    record.write({ type: "phase", t: 12.4, name: "baseline" });
    record.sample(sampleRow("box", 20, values({ anon: 7 })));
    const told = await record.close(tail(100));
    expect(told).toEqual({ ...tail(100), rows: 4 });
    expect(readRecord(path)).toMatchObject({
      head: head(),
      rows: [
        head(),
        { type: "phase", t: 12, name: "baseline" },
        { type: "sample", t: 20, until: 20, n: 1, service: "box", ...values({ anon: 7 }) },
        told,
      ],
      tail: told,
      cutOff: false,
    });
  });

  test("tells identical samples once, with how many they were and until when", async () => {
    const record = openRecord(path, head());
    for (const t of [0, 50.4, 100, 150])
      record.sample(sampleRow("box", t, values({ pids: t < 100 ? 1 : 2 })));
    record.sample(sampleRow("other", 160, values({ pids: 2 })));
    await record.close(tail(200));
    expect(samples()).toMatchObject([
      { service: "box", t: 0, until: 50, n: 2, pids: 1 },
      { service: "box", t: 100, until: 150, n: 2, pids: 2 },
      { service: "other", t: 160, until: 160, n: 1 },
    ]);
  });

  test.each(Object.keys(values({})) as (keyof SampleValues)[])(
    "tells a change of %s alone as a new sample",
    async (metric) => {
      const record = openRecord(path, head());
      record.sample(sampleRow("box", 0, values({ [metric]: 1 })));
      record.sample(sampleRow("box", 50, values({ [metric]: 2 })));
      await record.close(tail(100));
      expect(samples().map((row) => row[metric])).toEqual([1, 2]);
    },
  );

  test("begins a new run of samples after a gap or an event, so that each is evenly spaced", async () => {
    const record = openRecord(path, head());
    record.sample(sampleRow("box", 0, values({ pids: 1 })));
    record.sample(sampleRow("box", 50, values({ pids: 1 })));
    record.write({ type: "gap", t: 50, until: 900, service: "box" });
    record.sample(sampleRow("box", 900, values({ pids: 1 })));
    record.write({ type: "gap", t: 50, until: 920, service: "other" });
    record.sample(sampleRow("box", 950, values({ pids: 1 })));
    await record.close(tail(1000));
    expect(samples()).toMatchObject([
      { t: 0, until: 50, n: 2 },
      { t: 900, until: 950, n: 2 },
    ]);
  });

  test("rounds times to milliseconds and processor time to tenths", async () => {
    const record = openRecord(path, head());
    record.sample(sampleRow("box", 0.6, values({ cpuMs: 1.2345 })));
    record.sample(sampleRow("box", 49.7, values({ cpuMs: 1.2399 })));
    await record.close(tail(100));
    expect(samples()).toMatchObject([{ t: 1, until: 50, n: 2, cpuMs: 1.2 }]);
  });

  test.each<[string, Row, string]>([
    ["a count that is none", { type: "load", t: 1, name: "x", count: Number.NaN }, "count"],
    ["a time that is none", { type: "phase", t: Number.NaN, name: "x" }, "t cannot be"],
    [
      "an exit code that is none",
      { type: "event", t: 1, service: "s", action: "die", exitCode: Number.NaN },
      "exitCode",
    ],
    [
      "too long a value",
      { type: "observation", t: 1, name: "x", value: "x".repeat(2 ** 20) },
      "too long",
    ],
    [
      "too long a value in other letters",
      { type: "observation", t: 1, name: "x", value: "\u20ac".repeat(4e5) },
      "too long",
    ],
  ])("is readable and inconclusive after %s", async (_what, row, why) => {
    const record = openRecord(path, head());
    record.write(row);
    record.write({ type: "phase", t: 3, name: "later" });
    const told = await record.close(tail(10));
    expect(told).toMatchObject({ outcome: "inconclusive" });
    expect(told.reason).toContain(why);
    expect(readRecord(path).rows).toEqual([head(), { type: "phase", t: 3, name: "later" }, told]);
  });

  test("keeps its first trouble, and never hides a worse ending", async () => {
    const record = openRecord(path, head());
    record.spoil("flooded");
    record.spoil("and more");
    expect(await record.close(tail(1))).toMatchObject({
      outcome: "inconclusive",
      reason: "flooded",
    });
    const other = openRecord(`${path}2`, head());
    other.spoil("flooded");
    const ending = { ...tail(1), outcome: "interrupted", reason: "interrupted" } as const;
    expect(await other.close(ending)).toEqual({ ...ending, rows: 2 });
  });

  test("of more rows than a reader takes can be read all the same", async () => {
    const record = openRecord(path, head());
    const value = "x".repeat(1e6);
    for (let t = 0; t < 100; t += 1) record.write({ type: "observation", t, name: "x", value });
    expect(await record.close(tail(200))).toMatchObject({ outcome: "inconclusive" });
    expect(readRecord(path).cutOff).toBe(false);
  });

  test("of a clock that was set by an hour can be read again", async () => {
    const record = openRecord(path, head());
    record.write({ type: "stall", t: 20_000, until: 3_620_000, what: "clock" });
    expect(await record.close(tail(50_000))).toMatchObject({ outcome: "completed" });
    expect(readRecord(path).rows).toHaveLength(3);
  });

  test("is not begun with a head that could not be read", () => {
    const wrong = { ...head(), repeat: Number.NaN };
    expect(() => openRecord(path, wrong)).toThrow(
      expect.objectContaining({ code: "RECORD_NOT_WRITTEN" }),
    );
  });

  test("is never written over", async () => {
    await openRecord(path, head()).close(tail(1));
    const before = readFileSync(path, "utf8");
    expect(() => openRecord(path, head())).toThrow("EEXIST");
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("is on disk a second later, a run of samples that still goes on too", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const record = openRecord(path, head());
    record.sample(sampleRow("box", 0, values({})));
    record.sample(sampleRow("box", 50, values({})));
    vi.advanceTimersByTime(1000);
    await vi.waitFor(() => expect(samples()).toMatchObject([{ n: 2, until: 50 }]));
    record.sample(sampleRow("box", 1100, values({})));
    await record.close(tail(1200));
    expect(samples()).toMatchObject([{ n: 2 }, { t: 1100, n: 1 }]);
  });
});

test("a writer that is killed leaves a record that reads as cut off, a second short at most", async () => {
  const script = `
    import { openRecord } from ${JSON.stringify(new URL("../../../harness/record/index.ts", import.meta.url))};
    const record = openRecord(${JSON.stringify(path)}, ${JSON.stringify(head())});
    let n = 0;
    setInterval(() => {
      record.write({ type: "load", t: performance.now(), name: "beat", count: 1 });
      process.stdout.write(++n + "\\n");
    }, 5);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script]);
  let told = 0;
  child.stdout.on(
    "data",
    (chunk: Buffer) => (told = Number(chunk.toString().trim().split("\n").at(-1))),
  );
  await until("450 beats", () => told >= 450, 30_000);
  child.kill("SIGKILL");
  await new Promise((ended) => child.once("close", ended));
  const record = readRecord(path);
  expect(record).toMatchObject({ cutOff: true, tail: null });
  const beats = record.rows.filter((row) => row.type === "load");
  expect(beats.length).toBeGreaterThan(0);
  expect(told * 5 - beats.length * 5).toBeLessThan(1500);
});
