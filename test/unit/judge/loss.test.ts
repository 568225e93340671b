import { describe, expect, test } from "vitest";
import { lossOf } from "../../../harness/judge/loss.ts";
import type { Row, SampleRow, StallRow } from "../../../harness/record/schema.ts";
import { container, observation, sample, tail } from "./synthetic.ts";

const stall = (what: StallRow["what"], t: number, until: number): Row => ({
  type: "stall",
  t,
  until,
  what,
});
/** A drive of 10 s. */
const drive = (...rows: readonly Row[]) =>
  lossOf([...rows, observation(10_000, "over", 1), { ...tail(10_100), t: 10_100 } as Row]);
/** Samples of a box, five a second, that has waited `share` of each moment between two others. */
function waiting(share: number, from: number, to: number, service = "box"): SampleRow[] {
  return Array.from({ length: 50 }, (_, i) => {
    const t = i * 200;
    const waitMs = share * Math.max(0, Math.min(t, to) - from);
    return { ...sample(t, { waitMs }), service };
  });
}

test("a quiet record lost nothing, and one of before waiting was looked at as well", () => {
  expect(drive(...waiting(0, 0, 10_000)).in()).toBe(0);
  expect(drive(sample(0, {}), sample(9000, {})).in()).toBe(0);
});

test("a stall is lost where it was, and nowhere else", () => {
  const loss = drive(stall("engine", 2000, 5000));
  expect(loss.in()).toBeCloseTo(3000);
  expect(loss.in({ from: 0, to: 2000 })).toBe(0);
  expect(loss.in({ from: 4000, to: 9000 })).toBeCloseTo(1000);
  expect(loss.by).toMatchObject({ engine: 3000, lab: 0, box: 0, waiting: 0 });
});

test("what several lost at one time is lost once", () => {
  const loss = drive(
    stall("engine", 2000, 5000),
    stall("lab", 3000, 6000),
    ...waiting(1, 4000, 7000, "api"),
    ...waiting(1, 4000, 7000, "database"),
  );
  expect(loss.in()).toBeCloseTo(5000, -1);
  expect(loss.stood()).toBeCloseTo(4000, -1);
});

test("boxes that wait in turn lose both their times", () => {
  const both = [...waiting(0.3, 0, 10_000, "api"), ...waiting(0.3, 0, 10_000, "database")];
  expect(drive(...both).in({ from: 1000, to: 9000 })).toBeCloseTo(4800, -1);
});

test("a wait is told when it is over: it was lost before", () => {
  const loss = drive(sample(7800, { waitMs: 0 }), sample(8000, { waitMs: 4000 }));
  expect(loss.in({ from: 4000, to: 8000 })).toBeCloseTo(4000);
});

test("a box that is held to its own limit waits as the scenario will have it", () => {
  const held = (t: number) => sample(t, { waitMs: t, throttledMs: t });
  expect(drive(...[0, 2000, 4000, 6000, 8000].map(held)).in()).toBe(0);
});

test("a container that is started again counts from nothing", () => {
  const rows = [0, 500, 1000].map((waitMs, i) => sample(i * 1000, { waitMs }));
  const loss = drive(...rows, sample(6000, { waitMs: 200 }), sample(7000, { waitMs: 200 }));
  expect(loss.in()).toBeCloseTo(1200, -1);
});

test("the slowdown is how long boxes waited for each moment that they ran", () => {
  const rows = [0, 1000, 2000, 3000].map((t) => sample(t, { waitMs: 3 * t, cpuMs: t / 2 }));
  const loss = drive(...rows, { ...sample(3000, { waitMs: 0, cpuMs: 0 }), service: "idle" });
  expect(loss.slowdown()).toBeCloseTo(6);
  expect(loss.slowdown({ from: 5000, to: 6000 })).toBe(0);
});

describe("on a slow processor", () => {
  const ran = [0, 2000, 4000, 6000, 8000].map((t) => sample(t, { waitMs: t / 4, cpuMs: t / 2 }));
  /** The reference's own pace times so many. */
  const at = (times: number) =>
    drive({ ...container(0), pace: 1.33 * times } as Row, ...ran, sample(10_000, {}));

  test("what a box ran longer than on a usual one is lost, beside what it waited", () => {
    const loss = at(5);
    expect(loss.by).toMatchObject({ waiting: 2000, slowness: expect.closeTo(3200) });
    expect(loss.in()).toBeCloseTo(5200);
    expect(loss.slowdown()).toBeCloseTo(5200 / 800);
  });
  test("one that is hardly slower, or faster, takes nothing, nor one that nobody looked at", () => {
    for (const loss of [at(1.4), at(0.3), drive(container(0), ...ran)]) {
      expect(loss.by.slowness).toBe(0);
      expect(loss.in()).toBeCloseTo(2000);
      expect(loss.slowdown()).toBeCloseTo(0.5);
    }
  });
});

test("the worst stretch of a length is found, and is no longer than that", () => {
  const loss = drive(stall("lab", 6000, 9000), ...waiting(0.1, 0, 5000));
  expect(loss.worst(1000)).toBe(1000);
  expect(loss.worst(3000)).toBe(3000);
  expect(loss.worst(4000)).toBeLessThan(3300);
});

test("however long its stalls are, a record is looked at in no time", () => {
  const day = 24 * 3_600_000;
  const stalls = Array.from({ length: 20_000 }, (_, i) => stall("lab", i, day));
  const waits = Array.from({ length: 20_000 }, (_, i) => sample(i, { waitMs: i * day }));
  const began = performance.now();
  const loss = lossOf([...waits, ...stalls, observation(day, "over", 1), tail(day + 1)]);
  expect(loss.in()).toBeCloseTo(day, -1);
  expect(loss.by.lab).toBeCloseTo(day, -1);
  expect(performance.now() - began).toBeLessThan(2000);
});

test("what was lost in part and is over leaves nothing behind", () => {
  const loss = drive(...waiting(0.1, 1000, 4000), ...waiting(0.3, 1000, 4000, "api"));
  expect(loss.in({ from: 4200, to: 10_000 })).toBe(0);
});

describe("a clock that was set", () => {
  test("back and forth is set twice", () => {
    const rows = [stall("clock", 3000, 4000), { ...stall("clock", 6000, 5000) }];
    expect(drive(...rows).clock()).toBe(2000);
    expect(drive(...rows).by.clock).toBe(2000);
  });

  test.each([
    ["a row", stall("clock", 3000, 3_603_000)],
    ["an observation, as it once was told", observation(3000, "clock jump", -3_600_000)],
  ])("by %s is no lost time, but told", (_, row) => {
    const loss = drive(row);
    expect(loss.in()).toBe(0);
    expect(loss.clock()).toBe(3_600_000);
    expect(loss.clock({ from: 4000, to: 9000 })).toBe(0);
    expect(loss.by.clock).toBe(3_600_000);
  });
});
