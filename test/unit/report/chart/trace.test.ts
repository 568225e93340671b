import { describe, expect, test } from "vitest";
import { traceOf, unitOf } from "../../../../harness/report/chart/trace.ts";
import type { Row } from "../../../../harness/record/schema.ts";
import { event, LIMIT, record, sample } from "../fixture.ts";

const MiB = 1024 ** 2;
const memory = { title: "Memory", service: "box", metric: "anon" } as const;

const rows = (seen: readonly Row[]): readonly Row[] => {
  const [head, ...rest] = record({ seconds: 10, phases: {} });
  const tail = rest.at(-1);
  const container = rest.find(({ type }) => type === "container");
  if (head === undefined || tail === undefined || container === undefined)
    throw new Error("no frame");
  return [head, container, { type: "phase", t: 1000, name: "baseline" }, ...seen, tail];
};

describe("traceOf", () => {
  test("time begins where the system was healthy", () => {
    const trace = traceOf(record({ phases: { baseline: 4, hang: 6 }, seconds: 10 }), memory);
    expect(trace?.t[0]).toBe(0);
    expect(trace?.phases.map(({ name, from }) => [name, from])).toEqual([
      ["baseline", 0],
      ["hang", 2000],
    ]);
    expect(trace?.limit).toBe(LIMIT);
  });

  test("an arm that was never healthy has nothing to show", () => {
    expect(traceOf(record({ phases: {} }), memory)).toBeUndefined();
  });

  test("a run of identical samples is drawn from its first to its last", () => {
    const idle = sample(2000, { anon: MiB, until: 5000, n: 61 });
    expect(traceOf(rows([idle]), memory)).toMatchObject({ t: [1000, 4000], v: [MiB, MiB] });
  });

  test("a gap of the sampler breaks the line", () => {
    const gap: Row = { type: "gap", t: 2050, until: 4000, service: "box" };
    const trace = traceOf(
      rows([sample(2000, { anon: 1 }), gap, sample(4000, { anon: 9 })]),
      memory,
    );
    expect(trace?.v).toEqual([1, Number.NaN, 9]);
  });

  test("replicas of a service are added up", () => {
    const replica = (t: number, n: number, value: number) =>
      sample(t, { service: `backend-${n}`, processes: value });
    const seen = [replica(2000, 1, 2), replica(2010, 2, 3), replica(2500, 1, 4)];
    const trace = traceOf(rows(seen), {
      title: "Workers",
      service: "backend",
      metric: "processes",
    });
    expect(trace?.v).toEqual([2, 5, 7]);
    expect(trace?.limit).toBeNull();
  });

  test("a gap of one of several replicas breaks their sum, until it is seen again", () => {
    const replica = (t: number, n: number, value: number) =>
      sample(t, { service: `backend-${n}`, processes: value });
    const gap: Row = { type: "gap", t: 2020, until: 2400, service: "backend-1" };
    const seen = [replica(2000, 1, 2), replica(2010, 2, 3), gap, replica(2300, 2, 4)];
    const trace = traceOf(rows([...seen, replica(2400, 1, 9)]), {
      title: "Workers",
      service: "backend",
      metric: "processes",
    });
    expect(trace?.v).toEqual([2, 5, Number.NaN, Number.NaN, 13]);
  });

  test("thousands of replicas are added up in seconds", { timeout: 5000 }, () => {
    const seen = Array.from({ length: 10_000 }, (_, n) =>
      sample(2000 + n / 10, { service: `backend-${n}`, processes: 1 }),
    );
    const plot = { title: "Workers", service: "backend", metric: "processes" } as const;
    expect(traceOf(rows(seen), plot)?.v.at(-1)).toBe(10_000);
  });

  test("observations are drawn as they were seen, what is no number is left out", () => {
    const seen: readonly Row[] = [
      { type: "observation", t: 2000, name: "jobs", value: 3 },
      { type: "observation", t: 3000, name: "jobs", value: "many" },
      { type: "observation", t: 4000, name: "jobs", value: 5 },
    ];
    expect(traceOf(rows(seen), { title: "Jobs", observed: "jobs" })).toMatchObject({
      t: [1000, 3000],
      v: [3, 5],
    });
  });

  test("kills are marked while the arm runs, not when it is taken down", () => {
    const course = record({
      seconds: 10,
      events: [event(7000, "oom"), event(7100, "kill"), event(10_500, "die")],
    });
    expect(traceOf(course, memory)?.marks).toEqual([{ t: 6000, kind: "oom" }]);
  });
});

test("units follow from what is plotted", () => {
  expect(unitOf(memory)).toBe("B");
  expect(unitOf({ title: "Files", service: "api", metric: "fds" })).toBe("1");
  expect(unitOf({ title: "Waits", service: "api", metric: "waitMs" })).toBe("ms");
  expect(unitOf({ title: "Jobs", observed: "jobs" })).toBe("1");
  expect(unitOf({ title: "Delay", observed: "delay", unit: "ms" })).toBe("ms");
});
