import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLines } from "../../../harness/cli/lines.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const written = (isTTY: boolean) => {
  const text: string[] = [];
  return { text, out: { isTTY, write: (part: string) => text.push(part) } };
};

test("in a pipe a line at least every two seconds says what is going on", () => {
  const { text, out } = written(false);
  using lines = createLines(out, 80);
  lines.doing("people come");
  vi.advanceTimersByTime(10_000);
  expect(text.length).toBeGreaterThanOrEqual(5);
  expect(text[0]).toBe("  ... people come, 2 s\n");
  lines.doing(undefined);
  const told = text.length;
  vi.advanceTimersByTime(10_000);
  expect(text.length).toBe(told);
});

test("on a terminal it is one line, and what comes next takes its place", () => {
  const { text, out } = written(true);
  using lines = createLines(out, 20);
  lines.doing("people come \u001b[31mand go, and it takes long");
  vi.advanceTimersByTime(3000);
  expect(text.join("")).not.toContain("\n");
  expect(text[0]!.length).toBeLessThan(20);
  lines.line("- it builds");
  expect(text.at(-1)).toBe("\r\u001b[K- it builds\n");
});

test("after an interruption nothing is going on any more", () => {
  const { text, out } = written(false);
  const interrupt = new AbortController();
  using lines = createLines(out, 80, interrupt.signal);
  lines.doing("people come");
  interrupt.abort();
  lines.doing("people go");
  vi.advanceTimersByTime(10_000);
  expect(text).toEqual([]);
});
