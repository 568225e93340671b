import { expect, test } from "vitest";
import { standingText } from "../../../harness/cli/drill-standing.ts";
import type { Session } from "../../../harness/drill/session.ts";
import { sessionChart } from "../../../harness/drill/session-chart.ts";
import { head } from "../../support/rows.ts";

const startedAt = new Date(Date.now() - 40_000).toISOString();
const session = { path: "", state: { startedAt } } as Session;
const terminal = { write: () => true, columns: 80 };
const chart = (observed: string) => {
  const row = { type: "observation", t: 1000, name: "waited", value: 7, unit: "s" } as const;
  const rows = [head(), { type: "phase", t: 0, name: "baseline" } as const, row];
  return sessionChart(
    { title: observed, observed, unit: "s" },
    startedAt,
    [{ startedAt, rows }],
    [],
  );
};

test("before anything was seen no chart is told as dashes", () => {
  const text = standingText(session, [], [chart("others")], terminal);
  expect(text).toMatch(/^The drill began 4\d s ago\.\nThe charts have no values yet/);
  expect(text).not.toContain("–");
});

test("then those that have values are, and what was done", () => {
  const events = [{ t: startedAt, event: "hint" } as const];
  const text = standingText(session, events, [chart("waited"), chart("others")], terminal);
  expect(text).toMatch(/ago\. So far: 1 hint\.\nwaited: 7\.00 s, highest 7\.00 s\n/);
  expect(text).not.toContain("others");
});
