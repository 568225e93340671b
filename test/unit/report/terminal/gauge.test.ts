import { expect, test } from "vitest";
import { armBlock, newGauge, observe } from "../../../../harness/report/terminal/gauge.ts";
import { sample } from "../fixture.ts";

const MiB = 1024 ** 2;
const run = { scenario: "cron-pileup", arm: "broken", role: "broken", repeat: 2 } as const;

test("of several services the one nearest to its limit is shown", () => {
  const gauge = newGauge(run, 0);
  gauge.limits.set("cronbox", 512 * MiB).set("watcher", 64 * MiB);
  observe(gauge, "cronbox", sample(0, { workingSet: 200 * MiB }));
  observe(gauge, "watcher", sample(0, { workingSet: 20 * MiB }));
  expect(armBlock(gauge, 1000, 80)[1]).toContain("cronbox");
  observe(gauge, "watcher", sample(100, { workingSet: 60 * MiB }));
  expect(armBlock(gauge, 1000, 80)[1]).toContain("watcher");
});

test("a run of identical samples fills its time in the sparkline", () => {
  const gauge = newGauge(run, 0);
  gauge.limits.set("box", 100);
  observe(gauge, "box", sample(0, { workingSet: 100, until: 9000, n: 180 }));
  observe(gauge, "box", sample(10_000, { workingSet: 0 }));
  expect(armBlock(gauge, 1000, 80)[1]).toMatch(/█{8,}▁ /);
});

test("the last minute is kept", () => {
  const gauge = newGauge(run, 0);
  for (let t = 0; t < 200_000; t += 1000) observe(gauge, "box", sample(t, { workingSet: 1 }));
  expect(gauge.samples.get("box")).toHaveLength(61);
});

test("before the first sample there is a name and a clock", () => {
  expect(armBlock(newGauge(run, 500), 3500, 80)).toEqual([
    "   3 s  cron-pileup / broken #2  starting",
    "",
  ]);
});
