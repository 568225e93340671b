import { describe, expect, test } from "vitest";
import { loadScenarios } from "../../../harness/index.ts";
import { estimate, type Timed } from "../../../harness/replay/estimate.ts";
import { plan } from "../../../harness/replay/plan.ts";

const capacity = { memory: 1000, cpus: 2, jobs: 10, starting: 2 };
const job = (takes: Partial<Timed> = {}): Timed => ({
  memory: 100,
  cpus: 1,
  exclusive: false,
  seconds: 10,
  ...takes,
});

describe("the queue, played with the times that are declared", () => {
  test.each<[string, readonly Timed[], number]>([
    ["nothing", [], 0],
    ["one", [job()], 10],
    ["as many at once as processors hold", [job(), job(), job(), job()], 20],
    ["as many as memory holds", [job({ memory: 900 }), job({ memory: 900 })], 20],
    ["alone what must be alone", [job({ exclusive: true }), job()], 20],
    ["a short one beside a long one", [job({ seconds: 30 }), job(), job()], 30],
  ])("%s", (_, jobs, seconds) => expect(estimate(jobs, capacity)).toBe(seconds));

  test("few start at once: the others begin when those have come up", () => {
    const one = { ...capacity, starting: 1 };
    expect(estimate([job(), job()], one)).toBeGreaterThan(10);
    expect(estimate([job(), job()], one)).toBeLessThan(20);
  });

  test("what runs is counted for as long as it still takes, and keeps others out", () => {
    const running = (forSeconds: number) => ({ job: job({ cpus: 2 }), forSeconds });
    expect(estimate([], capacity, [running(4)])).toBe(6);
    expect(estimate([job()], capacity, [running(4)])).toBe(16);
    expect(estimate([], capacity, [running(400)])).toBeGreaterThan(0);
  });
});

test("to tell all stories first costs the whole at most 5 %", async () => {
  const jobs = plan(await loadScenarios());
  const longestFirst = jobs.toSorted((a, b) => b.seconds - a.seconds);
  for (const GiB of [4, 6, 8, 16, 32])
    for (const cpus of [2, 4, 8].filter((n) => GiB >= 2 * n)) {
      const machine = { memory: GiB * 1024 ** 3, cpus, jobs: 24, starting: cpus / 2 };
      const whole = estimate(longestFirst, machine);
      expect(estimate(jobs, machine), `${GiB} GiB, ${cpus} processors`).toBeLessThan(1.05 * whole);
    }
});
