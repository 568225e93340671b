import { describe, expect, test } from "vitest";
import { value } from "../../../harness/judge/claims.ts";
import { evidenceOf } from "../../../harness/judge/evidence.ts";
import { rowsByService } from "../../../harness/judge/rows.ts";
import { judgeArm } from "../../../harness/judge/verdict.ts";
import { watchOf } from "../../../harness/judge/watch.ts";
import type { Row } from "../../../harness/record/schema.ts";
import { partOf, valueBefore } from "../../../harness/scenario/index.ts";
import { container, event, head, leak, record, sample, tail } from "./synthetic.ts";

const steady = (from: number, to: number) =>
  Array.from({ length: (to - from) / 50 }, (_, i) =>
    sample(from + i * 50, { current: from + i * 50, cpuMs: from + i * 50 }),
  );
const rowsOf = (...rows: readonly Row[]) => [head("broken", "broken"), container(0), ...rows];
const evidence = (...rows: readonly Row[]) => evidenceOf([...rowsOf(...rows), tail(20_100)]);
const gapsOf = (rows: readonly Row[]) => watchOf(rowsByService(rows).get("box")!, 20_000)?.gaps;
const lastWord = (t: number) => sample(t, { cpuMs: t, peak: 7 });
const ask = ["box", "current"] as const;

describe("a moment that nobody watched", () => {
  // 2 s of 20 are no more than a tenth of the window: the rest is good enough for its highest value.
  const hole = (from: number, to: number, ...more: readonly Row[]) =>
    evidence(...steady(0, from), ...more, ...steady(to, 20_000));
  const gap: Row = { type: "gap", t: 8450, until: 10_000, service: "box" };
  const within = { from: 9000, to: 20_000 };
  const upTo = { from: 0, to: 10_000 };

  test.each([
    ["untold", []],
    ["told", [gap]],
  ])("is neither first nor last of a window, nor before anything: %s", (_, more) => {
    const e = hole(8500, 10_000, ...more);
    expect(e.highest(...ask)).toBe(19_950);
    expect(() => e.first(...ask, within)).toThrow("Nobody watched box current at 9.0 s");
    expect(() => e.last(...ask, { from: 0, to: 9500 })).toThrow("at 9.5 s");
    expect(() => e.lastBefore(...ask, 9500)).toThrow("at 9.5 s");
    // The sample at 10 s is not before it.
    expect(() => e.last(...ask, upTo)).toThrow("at 10.0 s");
    expect(e.last(...ask, { from: 0, to: 10_001 })).toBe(10_000);
    expect([e.first(...ask), e.last(...ask)]).toEqual([0, 19_950]);
  });

  test("is none just after a sample: that is as good as any", () => {
    expect(hole(8500, 10_000).lastBefore(...ask, 8550)).toBe(8450);
  });

  test("is known to a scenario's own reading as well", () => {
    const series = hole(8500, 10_000).series(...ask);
    expect(() => valueBefore(series, 9500)).toThrow("at 9.5 s");
    expect(valueBefore(series, 10_001)).toBe(10_000);
    expect(() => partOf(series, { from: 7000, to: 10_000 })).toThrow("52 % of the time from 7.0 s");
    expect(partOf(series, { from: 0, to: 8000 }).v).toHaveLength(160);
    expect(partOf({ name: "rows", t: [1, 9], v: [5, 6] }, { from: 2, to: 4 }).v).toEqual([]);
  });

  test("may be a kill's: nobody may say that there was none", () => {
    const rows = (from: number, to: number) =>
      steady(from, to).map((row) => ({ ...row, oomKills: 0 }));
    const e = evidence(...rows(0, 8000), ...rows(10_000, 20_000));
    expect(() => e.oomKills("box", { from: 0, to: 9500 })).toThrow("at 9.5 s");
    expect(() => e.firstOomKill("box", { from: 0, to: 9500 })).toThrow("at 9.5 s");
    expect(e.oomKills("box")).toBe(0);
  });
});

describe("a stretch without samples", () => {
  const restarted = (last: number, died: number, started: number, first: number, ...more: Row[]) =>
    rowsOf(
      event(0, "start"),
      ...steady(50, last + 50),
      ...more,
      event(died, "die"),
      event(started, "start"),
      ...steady(first, 20_000),
    );

  test.each<[string, readonly Row[], readonly (readonly [number, number])[]]>([
    ["nobody samples the dead", restarted(8000, 8100, 15_000, 15_050), []],
    ["the engine tells of an end a little late", restarted(8000, 8900, 9000, 9050), []],
    ["until its end it lived", restarted(4000, 9000, 9100, 9150), [[4000, 9000]]],
    ["and from its start on", restarted(8000, 8100, 9000, 12_000), [[9000, 12_000]]],
    [
      "both",
      restarted(4000, 8000, 9000, 12_000),
      [
        [4000, 8000],
        [9000, 12_000],
      ],
    ],
    ["the kernel's last word is its end", restarted(4000, 9000, 9100, 9150, lastWord(4050)), []],
    [
      "the engine told of its start before its row did",
      [head("broken", "broken"), event(0, "start"), container(5000), ...steady(5000, 20_000)],
      [[0, 5000]],
    ],
  ])("is a gap where its container lived: %s", (_, rows, gaps) => {
    expect(gapsOf(rows)).toEqual(gaps.map(([from, to]) => ({ from, to })));
  });
});

test("samples without a row that says how they were taken are no evidence", () => {
  const told = record("fixed", "fixed", 1024);
  const moved = (t: number) =>
    told
      .map((row) => (row.type === "container" ? { ...row, t } : row))
      .toSorted((a, b) => a.t - b.t);
  for (const rows of [told.filter(({ type }) => type !== "container"), moved(6000)])
    expect(judgeArm(leak, rows)).toMatchObject({
      verdict: "inconclusive",
      reason: 'The record holds samples of "box", and not how they were to be taken.',
    });
  expect(judgeArm(leak, told).verdict).toBe("fixed");
});

test("a wrong fix whose end nobody saw is not fixed by that", () => {
  const rows = record("fixed", "fixed", 1024);
  const died = { ...event(6380, "die"), exitCode: 0 };
  const lost = rows.filter(({ type, t }) => type !== "sample" || t < 4600);
  expect(judgeArm(leak, lost.toSpliced(-2, 0, died))).toMatchObject({
    verdict: "inconclusive",
    reason: expect.stringContaining("Nobody watched box anon"),
  });
});

test("a right fix whose last moments were lost is not judged by those before", () => {
  const fixed = (e: Parameters<typeof leak.judge.fixed>[0]) => [
    value("level", {
      says: "it ends as it was asked to",
      measured: e.last("box", "cpuMs", e.phase("requests")),
      unit: "1",
      atLeast: 640,
    }),
  ];
  const level = { ...leak, judge: { ...leak.judge, fixed, contrast: () => [] } };
  const rows = record("fixed", "fixed", 1024);
  expect(judgeArm(level, rows).verdict).toBe("fixed");
  const lost = rows.filter(({ type, t }) => type !== "sample" || t < 6000);
  expect(judgeArm(level, lost)).toMatchObject({
    verdict: "inconclusive",
    disturbed: true,
    reason: expect.stringContaining("Nobody watched box cpuMs at"),
  });
});
