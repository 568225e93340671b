import { describe, expect, test } from "vitest";
import { count, never, value, within } from "../../../harness/judge/claims.ts";
import { markDoubtful, undecided } from "../../../harness/judge/lateness.ts";
import type { Loss } from "../../../harness/judge/loss.ts";
import type { Claim } from "../../../harness/judge/types.ts";

/** A drive of a minute that lost so much of its every stretch, and in which the clock was set. */
function lost(ms: number, { clock = 0, stood = 0, slowdown = 5 } = {}): Loss {
  const by = { waiting: ms, slowness: 0, lab: stood, engine: 0, box: 0, clock };
  const whole = { from: 0, to: 60_000 };
  return {
    whole,
    in: (during = whole) => Math.min(ms, during.to - during.from),
    stood: () => stood,
    slowdown: () => slowdown,
    worst: (length) => Math.min(ms, length),
    clock: () => clock,
    by,
  };
}
const says = "it is so";
const doubtful = (claim: Claim, loss: Loss) => markDoubtful([claim], loss)[0]!.doubtful === true;
const seconds = (measured: number, bounds: { atLeast?: number; atMost?: number }) =>
  value("time", { says, measured, unit: "s", ...bounds });
const things = (n: number, bounds: object) => count("things", { says, n, ...bounds });

describe("a time that was too long", () => {
  test.each([
    [7, 3000, true],
    [7, 1900, false],
    [60, 30_000, false],
    [60, 56_000, true],
  ])("of %d s, bound 5 s, with %d ms lost: in doubt is %s", (measured, ms, expected) => {
    expect(doubtful(seconds(measured, { atMost: 5 }), lost(ms))).toBe(expected);
  });

  test("is in doubt by what was lost while it ran, where that is known", () => {
    const late = within("soon", { says, from: 1000, at: 8000, atMost: 5000 });
    const before = { ...lost(0), worst: () => 7000, in: () => 0 };
    expect(doubtful(late, before)).toBe(false);
    expect(doubtful(late, lost(2000))).toBe(true);
  });
});

test("a time that was short enough is in no doubt, however much was lost", () => {
  expect(doubtful(seconds(4, { atMost: 5 }), lost(60_000))).toBe(false);
});

test("a time that had to be long, and was, is in doubt if what was lost made it so", () => {
  expect(doubtful(seconds(60, { atLeast: 55 }), lost(4000))).toBe(false);
  expect(doubtful(seconds(60, { atLeast: 55 }), lost(6000))).toBe(true);
});

test("a time that had to be long, and was short, is in no doubt", () => {
  expect(doubtful(seconds(3, { atLeast: 55 }), lost(60_000))).toBe(false);
});

describe("a number of things", () => {
  const much = lost(40_000);
  test.each([
    ["too many of what lateness raises", things(2, { atMost: 1, lateness: "raises" }), true],
    ["few enough of it", things(1, { atMost: 1, lateness: "raises" }), false],
    ["too few of what it lowers", things(0, { atLeast: 1, lateness: "lowers" }), true],
    ["enough of it", things(1, { atLeast: 1, lateness: "lowers" }), false],
    ["too few of what it raises", things(0, { atLeast: 1, lateness: "raises" }), false],
    ["more than none of what it raises", never("n", { says, times: 2, lateness: "raises" }), true],
    ["none of it", never("n", { says, times: 0, lateness: "raises" }), false],
    ["fewer than all of what it lowers", things(3, { exactly: 4, lateness: "lowers" }), true],
    ["all of it", things(4, { exactly: 4, lateness: "lowers" }), false],
    ["what lateness does not move", things(2, { atMost: 1 }), false],
  ])("%s", (_, claim, expected) => {
    expect(doubtful(claim, much)).toBe(expected);
    expect(doubtful(claim, lost(900))).toBe(false);
  });

  test("is in no doubt where boxes waited as they do beside each other", () => {
    const two = things(2, { atMost: 1, lateness: "raises" });
    expect(doubtful(two, lost(40_000, { slowdown: 3 }))).toBe(false);
  });

  test("is in doubt after a stall of more than a second", () => {
    const two = things(2, { atMost: 1, lateness: "raises" });
    expect(doubtful(two, lost(900, { stood: 900, slowdown: 1 }))).toBe(false);
    expect(doubtful(two, lost(1100, { stood: 1100, slowdown: 1 }))).toBe(true);
  });
});

test("a number that lateness moves either way is in doubt on either side, and not where it fits", () => {
  const between = { atLeast: 16, atMost: 20, lateness: "either" };
  for (const n of [14, 22]) expect(doubtful(things(n, between), lost(2000))).toBe(true);
  expect(doubtful(things(18, between), lost(2000))).toBe(false);
  expect(doubtful(things(14, between), lost(900))).toBe(false);
});

test("a clock that was set moves a time either way, and nothing that is no time", () => {
  const set = lost(0, { clock: 3_600_000 });
  expect(doubtful(seconds(60, { atMost: 5 }), set)).toBe(true);
  expect(doubtful(seconds(1, { atMost: 5 }), set)).toBe(true);
  expect(doubtful(seconds(1, { atLeast: 55 }), set)).toBe(true);
  expect(doubtful(things(2, { atMost: 1 }), set)).toBe(false);
  expect(doubtful(value("bytes", { says, measured: 9, unit: "B", atMost: 1 }), set)).toBe(false);
});

test("claims are undecided only where none has failed for sure", () => {
  const [sure, held, open] = markDoubtful(
    [things(2, { atMost: 1 }), things(1, { atMost: 1 }), seconds(7, { atMost: 5 })],
    lost(3000),
  );
  expect(undecided([held!, open!])).toBe(true);
  expect(undecided([sure!, held!, open!])).toBe(false);
  expect(undecided([held!])).toBe(false);
});
