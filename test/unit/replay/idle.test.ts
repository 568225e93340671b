import { afterEach, expect, test, vi } from "vitest";
import { IdleProcessors } from "../../../harness/replay/idle.ts";

afterEach(() => void vi.useRealTimers());

test("tells what was idle in the last five seconds, and nothing before it has looked so long", () => {
  vi.useFakeTimers();
  let idleMs = 0;
  using idle = new IdleProcessors(() => idleMs);
  const pass = (seconds: number, processors: number) => {
    for (let i = 0; i < seconds; i++) {
      idleMs += 1000 * processors;
      vi.advanceTimersByTime(1000);
    }
  };
  pass(4, 1.5);
  expect(idle.now()).toBe(0);
  pass(1, 1.5);
  expect(idle.now()).toBe(1.5);
  pass(2, 0);
  expect(idle.now()).toBeCloseTo(0.9);
  pass(3, 0);
  expect(idle.now()).toBe(0);
});
