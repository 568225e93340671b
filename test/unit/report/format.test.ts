import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Unit } from "../../../harness/judge/types.ts";
import {
  boundText,
  formatBytes,
  formatFigure,
  formatMargin,
  formatMs,
  measuredText,
  wordsOf,
} from "../../../harness/report/format.ts";
import { claim } from "./fixture.ts";

const MiB = 1024 ** 2;

describe("formatBytes", () => {
  test.each([
    [0, "0 B"],
    [198, "198 B"],
    [1_946, "1.9 KiB"],
    [548 * MiB, "548 MiB"],
    [40.34 * MiB, "40.3 MiB"],
    [2_115 * MiB, "2,115 MiB"],
    [24 * 1024 * MiB, "24 GiB"],
    [-4 * 1024, "−4 KiB"],
  ])("%d is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe("formatMs", () => {
  test.each([
    [420, "420 ms"],
    [1_198, "1.20 s"],
    [31_000, "31.0 s"],
    [125_400, "2 min 5 s"],
    [119_960, "2 min 0 s"],
  ])("%d is %s", (ms, text) => expect(formatMs(ms)).toBe(text));
});

describe("formatFigure", () => {
  test.each([
    [{ value: 421 * 1024, unit: "B/row" }, "421 KiB/row"],
    [{ value: 0.98, unit: "1/tick" }, "0.98/tick"],
    [{ value: 60.4, unit: "s" }, "60.4 s"],
    [{ value: 14.2, unit: "x" }, "14.2×"],
    [{ value: 87.25, unit: "%" }, "87.3 %"],
    [{ value: 1185, unit: "1" }, "1,185"],
    [{ value: Number.NaN, unit: "B" }, "–"],
    [{ value: 90, unit: "s" }, "90.0 s"],
    [{ value: 0.25, unit: "s" }, "250 ms"],
    [{ value: -0, unit: "1" }, "0"],
    [{ value: -3, unit: "1" }, "−3"],
    [{ value: 999_999_999_999_999, unit: "1" }, "999,999,999,999,999"],
    [{ value: 1.75e308, unit: "1" }, "1.75e+308"],
    [{ value: -1.75e308, unit: "x" }, "−1.75e+308×"],
    [{ value: 1.75e308, unit: "B" }, "1.63e+299 GiB"],
    [{ value: 5e-324, unit: "ms" }, "5e-324 ms"],
  ] as const)("%j is %s", (figure, text) => expect(formatFigure(figure)).toBe(text));
});

test("a claim tells its number and its bound in the same unit", () => {
  const kills = claim({ measured: 18, relation: "between", bound: 16, boundHigh: 20, unit: "1" });
  expect(measuredText(kills)).toBe("18");
  expect(boundText(kills)).toBe("between 16 and 20");
  expect(boundText(claim())).toBe("at least 256 MiB");
  expect(boundText(claim({ relation: "between", boundHigh: 300 * MiB }))).toBe(
    "between 256 and 300 MiB",
  );
  expect(boundText(claim({ relation: "between", bound: 500, boundHigh: 2 * 1024 }))).toBe(
    "between 500 B and 2 KiB",
  );
});

test("no number that a container may print makes a long text, or none", () => {
  fc.assert(
    fc.property(
      fc.double(),
      fc.constantFrom<Unit>("B", "ms", "s", "1", "%", "x"),
      (value, unit) => {
        const text = formatFigure({ value, unit });
        expect(text).not.toMatch(/NaN|Infinity|∞/);
        expect(text.length).toBeLessThan(32); // "−999,999,999,999,999 min 59 s"
      },
    ),
  );
  for (const ms of [Infinity, -Infinity, Number.NaN]) expect(formatMs(ms)).toBe("–");
});

test("the bounds of a stretch that is beyond all keep their own powers", () => {
  const far = claim({ relation: "between", bound: 2, boundHigh: 1.75e308, unit: "1" });
  expect(boundText(far)).toBe("between 2 and 1.75e+308");
});

test("a margin is signed, and is left out where the bound gives no scale", () => {
  expect(formatMargin(0.5)).toBe("+50 %");
  expect(formatMargin(-0.08)).toBe("−8 %");
  expect(formatMargin(0)).toBe("0 %");
  expect(formatMargin(-36)).toBe("−36×");
  expect(formatMargin(Number.NEGATIVE_INFINITY)).toBe("–");
});

test("figure keys become words", () => {
  expect(wordsOf("riseAfterHangUp")).toBe("rise after hang up");
  expect(wordsOf("ticksUntilARow")).toBe("ticks until a row");
  expect(wordsOf("jobsAtTick8")).toBe("jobs at tick 8");
  expect(wordsOf("OOMKills")).toBe("OOM kills");
  expect(wordsOf("rest-256m")).toBe("rest 256m");
});
