import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clockJumps } from "../../../harness/measure/clock.ts";
import { startTicker } from "../../../harness/measure/ticker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("beats do not drift, though each one takes time", () => {
  const beats: number[] = [];
  let taken = 0;
  const start = performance.now();
  const now = () => performance.now() - start + taken;
  const ticker = startTicker(now, 50, () => {
    beats.push(Math.round(now()));
    taken += 7;
  });
  vi.advanceTimersByTime(1000);
  ticker.stop();
  expect(beats.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, n) => (n + 1) * 50));
});

test("beats that were missed are left out, and the next one is on time", () => {
  const beats: number[] = [];
  let late = 0;
  const start = performance.now();
  const now = () => performance.now() - start + late;
  const ticker = startTicker(now, 50, () => {
    beats.push(Math.round(now()));
    if (beats.length === 2) late += 420;
  });
  vi.advanceTimersByTime(250);
  ticker.stop();
  expect(beats.slice(0, 5)).toEqual([50, 100, 550, 600, 650]);
});

test("a timer that fires early does not beat twice", () => {
  const beats: number[] = [];
  const start = performance.now();
  // A clock that lags behind the timers by less than their resolution.
  const now = () => (performance.now() - start) * 0.999;
  const ticker = startTicker(now, 50, () => beats.push(now()));
  vi.advanceTimersByTime(1000);
  ticker.stop();
  const apart = beats.slice(1).map((at, n) => at - beats[n]!);
  expect(Math.min(...apart)).toBeGreaterThan(45);
});

test("a clock that runs on while a beat is planned gives no time before now", () => {
  const asked: number[] = [];
  const real = globalThis.setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, ms: number) => {
    asked.push(ms);
    return real(run, ms);
  }) as typeof setTimeout);
  let clock = 0;
  const ticker = startTicker(
    () => (clock += 49),
    50,
    () => undefined,
  );
  vi.advanceTimersByTime(1000);
  ticker.stop();
  vi.restoreAllMocks();
  expect(asked.length).toBeGreaterThan(5);
  expect(Math.min(...asked)).toBeGreaterThanOrEqual(0);
});

test("nothing beats after it was stopped", () => {
  let beats = 0;
  startTicker(
    () => performance.now(),
    50,
    () => beats++,
  ).stop();
  vi.advanceTimersByTime(500);
  expect(beats).toBe(0);
});

test("a beat may stop it", () => {
  let beats = 0;
  const ticker = startTicker(
    () => performance.now(),
    50,
    () => {
      beats++;
      ticker.stop();
    },
  );
  vi.advanceTimersByTime(500);
  expect(beats).toBe(1);
});

test("a jump of the wall clock is told once, a slow drift is not", () => {
  let wall = 1_000_000;
  let steady = 0;
  const jump = clockJumps(
    () => wall,
    () => steady,
  );
  const pass = (wallMs: number, steadyMs: number) => {
    wall += wallMs;
    steady += steadyMs;
    return jump();
  };
  expect(pass(50, 50)).toBe(0);
  expect(pass(3_600_050, 50)).toBe(3_600_000);
  expect(pass(50, 50)).toBe(0);
  expect(pass(-5000, 50)).toBe(-5050);
  for (let n = 0; n < 100; n++) expect(pass(51, 50)).toBe(0);
});
