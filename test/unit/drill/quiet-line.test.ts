import { expect, test } from "vitest";
import type { DrillEvent } from "../../../harness/drill/events.ts";
import { isDue } from "../../../harness/drill/quiet-line.ts";

const t = "2026-01-01T00:00:00Z";
const events = (...names: DrillEvent["event"][]) => names.map((event) => ({ t, event }));
const minute = 60_000;

test("after ten minutes without a check hints are told of, and not before", () => {
  expect(isDue(events("started", "shell", "guess"), 9 * minute)).toBe(false);
  expect(isDue(events("started", "shell", "guess"), 10 * minute)).toBe(true);
});

test.each(["check", "hint", "told", "fixed", "revealed"] as const)(
  "who has had a %s is not told",
  (event) => {
    expect(isDue(events("started", event), 60 * minute)).toBe(false);
  },
);
