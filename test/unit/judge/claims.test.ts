import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InconclusiveError, ScenarioError } from "../../../harness/errors.ts";
import type { Bounds } from "../../../harness/judge/claim.ts";
import * as claim from "../../../harness/judge/claims.ts";
import type { Series } from "../../../harness/judge/types.ts";

const says = "it holds";
const series = (v: number[], t = v.map((_, i) => 10 * i)): Series => ({ name: "box anon", t, v });
const measured = (n: number, bounds: Bounds) =>
  claim.value("id", { says, measured: n, unit: "B", ...bounds });

describe("bounds", () => {
  test("each relation is told with its bound", () => {
    expect(measured(12, { atLeast: 10 })).toEqual({
      id: "id",
      kind: "value",
      sentence: says,
      measured: 12,
      relation: "at least",
      bound: 10,
      unit: "B",
      ok: true,
      margin: 0.2,
    });
    expect(measured(12, { atMost: 10 })).toMatchObject({
      relation: "at most",
      ok: false,
      margin: -0.2,
    });
    expect(measured(3, { exactly: 3 })).toMatchObject({ relation: "exactly", ok: true, margin: 0 });
    expect(measured(3, { exactly: 4 })).toMatchObject({ ok: false, margin: -0.25 });
    expect(measured(18, { atLeast: 10, atMost: 20 })).toMatchObject({
      relation: "between",
      bound: 10,
      boundHigh: 20,
      ok: true,
      margin: 0.1,
    });
  });

  test("a bound of 0 still gives a margin of sense", () => {
    expect(measured(7, { atLeast: 0 }).margin).toBe(1);
    expect(measured(7, { exactly: 0 }).margin).toBe(-1);
    expect(measured(0, { exactly: 0 }).margin).toBe(0);
    expect(measured(2, { atLeast: 0, atMost: 10 }).margin).toBe(0.2);
  });

  test("the margin is negative exactly where the claim fails", () => {
    const number = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(number, number, fc.nat(100), (n, low, width) => {
        for (const bounds of [
          { atLeast: low },
          { atMost: low },
          { exactly: low },
          { atLeast: low, atMost: low + width },
        ]) {
          const { ok, margin } = measured(n, bounds);
          expect(margin < 0).toBe(!ok);
          expect(Number.isFinite(margin)).toBe(true);
        }
      }),
    );
  });

  test("no bound is the scenario's mistake, no number is inconclusive", () => {
    expect(() => measured(1, {})).toThrow(ScenarioError);
    for (const n of [Number.NaN, Infinity, -Infinity]) {
      expect(() => measured(n, { atLeast: 0 })).toThrow(InconclusiveError);
    }
  });
});

describe("series", () => {
  const before = { from: 0, to: 30 };
  const during = { from: 30, to: 100 };

  test("rise: highest during less median before", () => {
    const climbing = series([10, 90, 10, 20, 70, 30]);
    expect(claim.rise("r", { says, series: climbing, before, during, atLeast: 60 })).toMatchObject({
      measured: 60,
      unit: "B",
      ok: true,
    });
  });

  test("rise and plateau refuse a window without samples", () => {
    const short = series([10, 10]);
    expect(() => claim.rise("r", { says, series: short, before, during, atMost: 1 })).toThrow(
      "no sample of box anon",
    );
    expect(() => claim.plateau("p", { says, series: short, during, atMost: 1 })).toThrow(
      InconclusiveError,
    );
  });

  test("plateau: highest less lowest", () => {
    expect(
      claim.plateau("p", {
        says,
        series: series([0, 0, 0, 5, 9, 7]),
        during,
        atMost: 3,
        unit: "1",
      }),
    ).toMatchObject({ measured: 4, unit: "1", ok: false });
  });

  test("drainedBy: from when it stays down", () => {
    const drained = series([5, 1, 5, 1, 0, 1]);
    const down = (by: number, of = drained) =>
      claim.drainedBy("d", { says, series: of, level: 1, by });
    expect(down(40)).toMatchObject({ measured: 30, unit: "ms", ok: true });
    expect(down(20)).toMatchObject({ measured: 30, ok: false });
    expect(down(20, series([5, 5, 5, 5]))).toMatchObject({ measured: 30, ok: false });
    expect(() => down(30, series([5, 5, 5, 5]))).toThrow("not watched until");
    expect(() => down(30, series([]))).toThrow(InconclusiveError);
  });

  test("drainedBy refuses a series that was hardly watched", () => {
    const gaps = [{ from: 10, to: 40 }];
    const watched: Series = {
      ...series([5, 1, 1, 1, 1, 1]),
      watch: { source: "cgroup-v1", late: 3, gaps },
    };
    expect(() => claim.drainedBy("d", { says, series: watched, level: 1, by: 40 })).toThrow("59 %");
  });
});

describe("lines", () => {
  test("slope and linear", () => {
    const x = [0, 1, 2, 3];
    expect(claim.slope("s", { says, x, y: [1, 3, 5, 7], unit: "B/row", exactly: 2 }).ok).toBe(true);
    expect(claim.linear("l", { says, x, y: [1, 3, 5, 7], withinShare: 0.01 })).toMatchObject({
      measured: 0,
      unit: "1",
      ok: true,
    });
    expect(claim.linear("l", { says, x, y: [0, 1, 8, 27], withinShare: 0.1 }).ok).toBe(false);
  });

  test("two points, or a level line, show no line", () => {
    expect(() => claim.linear("l", { says, x: [1, 2], y: [1, 2], withinShare: 1 })).toThrow(
      "three",
    );
    expect(() => claim.linear("l", { says, x: [1, 2, 3], y: [4, 4, 4], withinShare: 1 })).toThrow(
      InconclusiveError,
    );
  });
});

describe("counts", () => {
  test("count, never, ratio, peak", () => {
    expect(claim.count("c", { says, n: 3, exactly: 3 })).toMatchObject({ unit: "1", ok: true });
    expect(claim.never("n", { says, times: 0 })).toMatchObject({ relation: "exactly", ok: true });
    expect(claim.never("n", { says, times: 1 }).ok).toBe(false);
    expect(claim.ratio("r", { says, of: 10, to: 4, atLeast: 2.5 })).toMatchObject({
      measured: 2.5,
      unit: "x",
      ok: true,
    });
    expect(() => claim.ratio("r", { says, of: 10, to: 0, atLeast: 2 })).toThrow(InconclusiveError);
    expect(claim.peak("p", { says, measured: 1, atMost: 2 }).unit).toBe("B");
  });

  test("each says of what sort its number is", () => {
    const [during, before] = [
      { from: 0, to: 100 },
      { from: 0, to: 50 },
    ];
    const level = series([1, 1, 1, 1, 1]);
    const line = { x: [1, 2, 3], y: [1, 2, 3] };
    const told = [
      claim.rise("", { says, series: level, before, during, atMost: 1 }),
      claim.slope("", { says, ...line, unit: "B/row", atMost: 1 }),
      claim.linear("", { says, ...line, withinShare: 0.1 }),
      claim.plateau("", { says, series: level, during, atMost: 1 }),
      claim.share("", { says, hits: 5, of: 10, expected: 0.5, confidence: 0.9 }),
      claim.within("", { says, from: 1, at: 2, atMost: 3 }),
      claim.never("", { says, times: 0 }),
      claim.drainedBy("", { says, series: level, level: 1, by: 5 }),
    ];
    expect(told.map(({ kind }) => kind)).toEqual([
      "rise",
      "slope",
      "linear",
      "plateau",
      "share",
      "within",
      "never",
      "drainedBy",
    ]);
  });

  test("share: within what chance gives", () => {
    expect(astray(349)).toMatchObject({
      measured: 87.25,
      bound: 83.5,
      boundHigh: 93.75,
      unit: "%",
    });
    expect([334, 375].map((hits) => astray(hits).ok)).toEqual([true, true]);
    expect([333, 376, 0, 400].map((hits) => astray(hits).ok)).toEqual([false, false, false, false]);
    expect(() =>
      claim.share("s", { says, hits: 0, of: 0, expected: 0.5, confidence: 0.9 }),
    ).toThrow(InconclusiveError);
  });

  test("within: milliseconds, and in that order only", () => {
    expect(claim.within("w", { says, from: 100, at: 350, atMost: 300 })).toMatchObject({
      measured: 250,
      unit: "ms",
      ok: true,
    });
    expect(() => claim.within("w", { says, from: 100, at: 99, atMost: 300 })).toThrow("before");
  });
});

function astray(hits: number) {
  return claim.share("s", { says, hits, of: 400, expected: 1 - 1 / 9, confidence: 0.999 });
}
