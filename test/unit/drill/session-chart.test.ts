import { expect, test } from "vitest";
import { sessionChart } from "../../../harness/drill/session-chart.ts";
import { timelineOf } from "../../../harness/drill/timeline.ts";
import { strip } from "../../../harness/report/terminal/strip.ts";
import { head, tail } from "../../support/rows.ts";

const startedAt = "2026-11-21T00:00:00.000Z";
const at = (seconds: number) => new Date(Date.parse(startedAt) + 1000 * seconds).toISOString();

/** A record that began so many seconds into the session, with a value each second. */
function record(began: number, values: readonly number[]) {
  const observations = values.map((value, i) => ({
    ...({ type: "observation", t: 1000 * i, name: "waited", value } as const),
    unit: "s",
  }));
  const phase = { type: "phase", t: 0, name: "baseline" } as const;
  const rows = [head(), phase, ...observations, tail(1000 * values.length)];
  return { startedAt: at(began), rows };
}

const plot = { title: "Waited", observed: "waited", unit: "s" };
const events = [
  { t: at(2), event: "symptom" as const },
  { t: at(32), event: "check" as const, n: 1, verdict: "not fixed" },
  { t: at(90_000), event: "revealed" as const },
];
const { moments, spans } = timelineOf(startedAt, events);

test("a session that was down for a while is one line with a break in it", () => {
  const { lines } = sessionChart(plot, startedAt, [record(0, [1, 2]), record(30, [3])], moments);
  const [line] = lines;
  expect(line!.t).toEqual([0, 1000, 1000, 30_000, 30_000]);
  expect(line!.v).toEqual([1, 2, Number.NaN, 3, Number.NaN]);
});

test("what came a day later stands at the chart's end, and squeezes nothing", () => {
  const chart = sessionChart(plot, startedAt, [record(0, [1, 2, 3, 4])], moments);
  expect(chart.lines[0]!.phases.map(({ from, to }) => [from, to])).toEqual([
    [2000, 3000],
    [3000, 3000],
    [3000, 3000],
  ]);
});

test("spans are measured from the symptom; what never was has none", () => {
  expect(spans).toEqual({ firstCheck: 30_000 });
});

test("in a terminal the break is blank, and letters that meet stand side by side", () => {
  const chart = sessionChart(plot, startedAt, [record(0, [8, 8]), record(9, [8, 8])], []);
  const flags = [
    { at: 5000, letter: "a" },
    { at: 5000, letter: "b" },
  ];
  const lines = strip(chart, flags, 40).split("\n");
  const bars = lines[0]!.slice(lines[0]!.indexOf("█"));
  expect(bars).toMatch(/^█+ +█+$/);
  expect(lines.find((line) => line.includes("ab"))).toBeDefined();
});

test("without a record there is nothing to draw, and nothing fails", () => {
  const chart = sessionChart(plot, startedAt, [], moments);
  expect(strip(chart, [], 80)).toContain("0");
});

test("a clock that was set back moves nothing before the beginning", () => {
  const early = timelineOf(startedAt, [{ t: at(-60), event: "shell" }]);
  expect(early.moments.map((moment) => moment.at)).toEqual([0]);
  const chart = sessionChart(plot, startedAt, [record(-5, [1, 2, 3, 4, 5, 6, 7])], early.moments);
  expect(strip(chart, [{ at: 0, letter: "a" }], 40)).toMatch(/\n +a/);
});
