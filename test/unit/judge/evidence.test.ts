import { describe, expect, test } from "vitest";
import { InconclusiveError } from "../../../harness/errors.ts";
import { evidenceOf } from "../../../harness/judge/evidence.ts";
import * as is from "../../../harness/judge/is.ts";
import type { Row } from "../../../harness/record/schema.ts";
import {
  container,
  event,
  head,
  load,
  observation,
  phase,
  record,
  sample,
  tail,
} from "./synthetic.ts";

const evidence = (...rows: Row[]) => evidenceOf([head("broken", "broken"), ...rows]);
const steady = (from: number, to: number, current = 5, every = 50) =>
  Array.from({ length: (to - from) / every }, (_, i) => sample(from + i * every, { current }));

describe("windows", () => {
  const e = evidence(
    phase(10, "baseline"),
    phase(20, "pull"),
    phase(30, "rest"),
    phase(40, "pull"),
    observation(900, "done", 1),
    event(950, "die"),
    tail(1000),
  );

  test("a phase ends where the next begins; of several of a name the last is meant", () => {
    expect(e.phase("baseline")).toEqual({ from: 10, to: 20 });
    expect(e.phase("pull")).toEqual({ from: 40, to: 901 });
    expect(e.hasPhase("rest")).toBe(true);
    expect(() => e.hasPhase("hang")).toThrow('no phase "hang"');
    expect(() => e.phase("hang")).toThrow('no phase "hang"');
  });

  test("the last one ends with the drive: what taking down did is no evidence", () => {
    expect(e.whole()).toEqual({ from: 0, to: 901 });
    expect(e.events("box")).toEqual([]);
  });

  test("rows of one millisecond belong to the phase in which they were written", () => {
    const tied = evidence(
      phase(10, "baseline"),
      load(50, 3),
      phase(50, "hang"),
      load(50, 4),
      phase(50, "drain"),
      load(50, 5),
      load(60, 6),
      tail(100),
    );
    const of = (name: string) => tied.load("request", tied.phase(name));
    expect([of("baseline"), of("hang"), of("drain")]).toEqual([3, 4, 11]);
    expect(tied.load("request")).toBe(18);
  });
});

describe("samples", () => {
  test("a run of n counts n times, evenly from its first moment to its last", () => {
    const e = evidence(container(0), sample(50, { anon: 7 }, { until: 250, n: 5 }), tail(400));
    expect(e.series("box", "anon")).toMatchObject({
      name: "box anon",
      t: [50, 100, 150, 200, 250],
      v: [7, 7, 7, 7, 7],
    });
    expect(e.services()).toEqual(["box"]);
  });

  test("what the source cannot tell is no point; nothing to tell is inconclusive", () => {
    const told = sample(50, { anon: 1 }, { until: 250, n: 5 });
    const e = evidence(container(0), told, sample(300, { pids: 2 }), tail(450));
    expect(e.series("box", "anon").t.at(-1)).toBe(250);
    expect(() => e.series("box", "rx")).toThrow("no sample of box rx");
    expect(() => e.series("crate", "anon")).toThrow(InconclusiveError);
  });

  test("too few samples are refused, of a window as of all; a slow source may give fewer", () => {
    const during = { from: 0, to: 2500 };
    const few = [sample(1000, { anon: 1 }), sample(2000, { anon: 1 })];
    const slow = evidence(container(0, "box", "stats-stream"), ...few, tail(2600));
    expect(slow.series("box", "anon", during).v).toEqual([1, 1]);
    const fast = evidence(container(0), ...few, tail(2600));
    expect(() => fast.series("box", "anon", during)).toThrow("only 2 samples");
    expect(() => fast.series("box", "anon")).toThrow("only 2 samples");
  });

  test("a sampler that fell silent is a gap, whether it said so or not", () => {
    const silent = [...steady(50, 1000), ...steady(1500, 2000)];
    const told: Row = { type: "gap", t: 950, until: 1500, service: "box" };
    for (const rows of [silent, [...silent, told]]) {
      const e = evidence(container(0), ...rows, tail(2100));
      expect(() => e.series("box", "current", { from: 0, to: 2000 })).toThrow("28 %");
      expect(e.series("box", "current", { from: 0, to: 1100 }).v).toHaveLength(19);
    }
  });

  test("while its container is dead nobody has to sample it", () => {
    const e = evidence(
      container(0),
      ...steady(50, 1000),
      event(960, "die"),
      event(1450, "start"),
      ...steady(1500, 2000),
      tail(2100),
    );
    expect(e.series("box", "current", { from: 0, to: 2000 }).v).toHaveLength(29);
  });
});

describe("peak", () => {
  const e = evidence(
    container(0),
    ...steady(50, 1000).map((row) => ({ ...row, peak: row.t < 500 ? 6 : 90 })),
    tail(1100),
  );

  test("the kernel's counter tells a spike between two samples", () => {
    expect(e.peak("box")).toBe(90);
    expect(e.peak("box", { from: 400, to: 700 })).toBe(90);
  });

  test("the kernel's counter tells of a stretch that nobody watched", () => {
    const rows = [sample(0, { peak: 6 }), sample(50, { peak: 6 }), sample(950, { peak: 90 })];
    const seldom = evidence(container(0), ...rows, tail(1100));
    expect(seldom.peak("box", { from: 100, to: 1000 })).toBe(90);
    expect(() => seldom.peak("box", { from: 100, to: 800 })).toThrow(InconclusiveError);
  });

  test("an older peak is not the window's", () => {
    expect(e.peak("box", { from: 700, to: 1000 })).toBe(5);
  });

  test("without a counter the samples tell", () => {
    expect(evidence(container(0), ...steady(50, 1000), tail(1000)).peak("box")).toBe(5);
  });
});

describe("what the scenario said", () => {
  const e = evidence(
    container(0),
    observation(10, "rows", 1),
    observation(20, "rows", 2),
    observation(30, "mode", "hang"),
    event(40, "oom"),
    event(50, "die"),
    phase(60, "end"),
    tail(200),
  );

  test("the last value, all of them, or as a series", () => {
    expect(e.observed("mode")).toBe("hang");
    expect(e.number("rows")).toBe(2);
    expect(e.observations("rows")).toEqual([
      { t: 10, value: 1 },
      { t: 20, value: 2 },
    ]);
    expect(e.observedSeries("rows")).toEqual({ name: "rows", t: [10, 20], v: [1, 2] });
    expect(e.observedSeries("rows", { from: 15, to: 25 }).v).toEqual([2]);
  });

  test("what was never said, or is no number, is inconclusive", () => {
    expect(() => e.observed("rouws")).toThrow('no observation "rouws"');
    expect(() => e.observations("rouws")).toThrow(InconclusiveError);
    expect(() => e.number("mode")).toThrow("no number");
    expect(() => e.observedSeries("rows", { from: 25, to: 30 })).toThrow(InconclusiveError);
  });

  test("events by service and action; limits", () => {
    expect(e.events("box").map(({ action }) => action)).toEqual(["oom", "die"]);
    expect(e.events("box", "oom")).toHaveLength(1);
    expect(e.events("box", "oom", { from: 41, to: 100 })).toEqual([]);
    expect(() => e.events("bocks")).toThrow('no service "bocks"');
    expect(e.limit("box")).toBe(512 * 1024 ** 2);
    expect(() => e.limit("bocks")).toThrow(InconclusiveError);
  });
});

describe("the drive's end", () => {
  const rows = [
    load(10, 3),
    observation(20, "rows", 1),
    phase(30, "hang"),
    observation(40, "rows", 2),
  ];
  const after: Row[] = [
    observation(50, "rows", 99),
    load(60, 7),
    phase(70, "hang"),
    event(80, "oom"),
    observation(1990, "rows", 100),
  ];
  const end: Row = { type: "drive-end", t: 50 };

  test("is where its row stands: a command that talks during the take-down changes nothing", () => {
    const [quiet, loud] = [
      evidence(...rows, end, tail(2000)),
      evidence(...rows, end, ...after, tail(2000)),
    ];
    for (const e of [quiet, loud]) {
      expect(e.whole()).toEqual({ from: 0, to: 50 });
      expect(e.phase("hang")).toEqual({ from: 30, to: 50 });
      expect(e.load("request")).toBe(3);
      expect(e.load("request", { from: 0, to: 5000 })).toBe(3);
      expect(e.number("rows")).toBe(2);
    }
    expect(loud.events("box", "oom")).toEqual([]);
  });

  test("comes after what was said in the same millisecond before it", () => {
    const e = evidence(load(50, 3), observation(50, "rows", 7), end, load(50, 4), tail(100));
    expect([e.load("request"), e.number("rows")]).toEqual([3, 7]);
  });
});

describe("names and windows", () => {
  const e = evidenceOf(
    [
      head("broken", "broken"),
      phase(1, "baseline"),
      load(5, 0),
      observation(9, "rows", 1),
      tail(200),
    ],
    { loads: ["refused"], phases: ["drip"] },
  );

  test("a load is seen, though of a count of 0, or declared; any other is a mistake", () => {
    expect([e.load("request"), e.load("refused")]).toEqual([0, 0]);
    expect(() => e.load("typo")).toThrow('no load "typo"');
  });

  test("so is a phase", () => {
    expect([e.hasPhase("baseline"), e.hasPhase("drip")]).toEqual([true, false]);
    expect(() => e.hasPhase("dirp")).toThrow('no phase "dirp"');
    expect(() => e.load("constructor")).toThrow(InconclusiveError);
    expect(() => e.observed("__proto__")).toThrow(InconclusiveError);
  });

  test("a window that is none is no window in which nothing happens", () => {
    for (const during of [
      { from: Number.NaN, to: 9 },
      { from: 0, to: Number.NaN },
      { from: 9, to: 1 },
    ]) {
      expect(() => e.load("request", during)).toThrow("no time from");
    }
    expect(e.load("request", { from: 5, to: 5 })).toBe(0);
  });

  test("an observation has the shape that is asked for, or is told to have another", () => {
    const rows = [
      observation(9, "pings", 3),
      observation(10, "pings", 4),
      observation(11, "mode", "x"),
    ];
    const told = evidence(...rows, tail(200));
    expect(told.observedAs("pings", is.number)).toBe(4);
    expect(told.observationsAs("pings", is.oneOf(3, 4)).map(({ value }) => value)).toEqual([3, 4]);
    expect(() => told.observedAs("pings", is.listOf(is.text))).toThrow(
      'The observation "pings" has another shape: 4.',
    );
    expect(() => told.observationsAs("mode", is.number)).toThrow('"mode" is no number but "x"');
  });
});

test("first, last, highest, lowest, and the last before a moment", () => {
  const rows = [7, 3, 9, 5, 6].map((anon, i) => sample(50 * (i + 1), { anon }));
  const e = evidence(container(0), ...rows, tail(400));
  const ask = ["box", "anon"] as const;
  expect([e.first(...ask), e.last(...ask), e.highest(...ask), e.lowest(...ask)]).toEqual([
    7, 6, 9, 3,
  ]);
  expect(e.lastBefore(...ask, 150)).toBe(3);
  expect(e.lastBefore(...ask, Infinity)).toBe(6);
  expect(() => e.lastBefore(...ask, 50)).toThrow("no box anon before");
  expect(() => e.lastBefore(...ask, Number.NaN)).toThrow(InconclusiveError);
  expect(() => e.highest("crate", "anon")).toThrow(InconclusiveError);
});

test("a record of 100,000 samples is no more than a list of arguments can be", () => {
  const rows = record("broken", "broken", 0);
  const many = Array.from({ length: 100_000 }, (_, i) => sample(50 + i, { anon: i }));
  const e = evidenceOf([rows[0]!, container(0), ...many, tail(100_200)]);
  expect(e.series("box", "anon").v).toHaveLength(100_000);
});
