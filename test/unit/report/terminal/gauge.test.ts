import { describe, expect, test } from "vitest";
import {
  limitedBy,
  newGauge,
  observed,
  reading,
  sampled,
  wayOf,
} from "../../../../harness/report/terminal/gauge.ts";
import type { Plot } from "../../../../harness/scenario/types.ts";
import { container, sample } from "../fixture.ts";

const MiB = 1024 ** 2;
const run = { scenario: "cron-pileup", arm: "broken", role: "broken", repeat: 2 } as const;
const memory: Plot = { title: "Memory of the API", service: "api", metric: "current" };
const gauge = (plot: Plot | undefined, watched?: string) =>
  newGauge(run, 0, {
    plots: plot ? [plot] : [],
    ...(watched && { headline: { figure: "f", failed: "f", held: "h", watched } }),
  });

test("what the first plot shows is told, in the scenario's own words, against its limit", () => {
  const one = gauge(memory, "memory");
  limitedBy(one, container({ service: "box", memory: 5 * MiB }));
  limitedBy(one, container({ service: "api", memory: 512 * MiB }));
  sampled(one, "box", sample(0, { current: 1 * MiB }));
  sampled(one, "api", sample(0, { current: 200 * MiB, workingSet: 1 }));
  expect(reading(one)).toBe("memory 200 MiB of 512 MiB");
});

test("open descriptors are a count, against no limit, and nothing where nobody looked", () => {
  const one = gauge({ title: "Descriptors", service: "api", metric: "fds" });
  limitedBy(one, container({ service: "api", memory: 512 * MiB }));
  sampled(one, "api", sample(0, {}));
  expect(reading(one)).toBe("");
  sampled(one, "api", sample(1, { fds: 1021 }));
  expect(reading(one)).toBe("Descriptors 1,021");
});

test("without words of its own it is the plot's title", () => {
  const one = gauge({ title: "Rows", observed: "rows" });
  observed(one, { type: "observation", t: 0, name: "rows", value: 1212 });
  observed(one, { type: "observation", t: 1, name: "others", value: 5 });
  observed(one, { type: "observation", t: 1, name: "rows", value: "many" });
  expect(reading(one)).toBe("Rows 1,212");
});

test("a time is told in its unit", () => {
  const one = gauge({ title: "Waited", observed: "waited", unit: "s" });
  observed(one, { type: "observation", t: 0, name: "waited", value: 34 });
  expect(reading(one)).toBe("Waited 34.0 s");
});

describe("whether it rises is seen against two seconds ago", () => {
  const after = (values: readonly number[], everyMs: number) => {
    const one = gauge(memory, "memory");
    for (const [i, value] of values.entries())
      sampled(one, "api", sample(i * everyMs, { current: value * MiB }));
    return reading(one) + wayOf(one);
  };
  test.each([
    [[100, 110, 120], 1000, "memory 120 MiB, rising"],
    [[120, 110, 100], 1000, "memory 100 MiB, falling"],
    [[100, 104], 1000, "memory 104 MiB"],
    [[50, 100, 100, 100], 1000, "memory 100 MiB"],
    [[0, 1], 50, "memory 1 MiB, rising"],
    [[0, 0], 50, "memory 0 B"],
  ])("%j MiB, every %d ms", (values, everyMs, text) => {
    expect(after(values, everyMs)).toBe(text);
  });
});

test("where there is nothing to see yet, or nothing to watch, nothing is told", () => {
  expect(reading(gauge(memory))).toBe("");
  const none = gauge(undefined);
  sampled(none, "api", sample(0, { current: 1 }));
  expect(reading(none)).toBe("");
});
