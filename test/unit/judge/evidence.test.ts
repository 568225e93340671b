import { describe, expect, test } from "vitest";
import { InconclusiveError } from "../../../harness/errors.ts";
import { evidenceOf } from "../../../harness/judge/evidence.ts";
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

test("a record of 100,000 samples is no more than a list of arguments can be", () => {
  const rows = record("broken", "broken", 0);
  const many = Array.from({ length: 100_000 }, (_, i) => sample(50 + i, { anon: i }));
  const e = evidenceOf([...rows.slice(0, 2), ...many, tail(100_200)]);
  expect(e.series("box", "anon").v).toHaveLength(100_000);
});
