import type {
  EventRow,
  Role,
  Row,
  SampleRow,
  SampleSource,
  SampleValues,
  TailRow,
} from "../../../harness/record/schema.ts";
import type { ScenarioDefinition } from "../../../harness/scenario/types.ts";
import { value, rise, slope, ratio, never } from "../../../harness/judge/claims.ts";
import { MiB } from "../../../harness/judge/units.ts";
import { engine, values } from "../../support/rows.ts";

export { engine };

/*
 * Records that no container wrote, for questions about the judge alone: a box that leaks
 * 1 MiB a request, or does not, over 2 s of baseline and 4 s of requests, 20 times a second.
 */

export function head(arm: string, role: Role, repeat = 1): Row {
  const startedAt = "2026-01-02T03:04:05.000Z";
  const env = { ARM: arm };
  const schema = "aftershock/record@1";
  return {
    type: "head",
    schema,
    t: 0,
    scenario: "leak",
    arm,
    role,
    repeat,
    startedAt,
    engine,
    env,
  };
}

export function container(t: number, service = "box", source: SampleSource = "cgroup-v2"): Row {
  const limits = { memory: 512 * MiB, pids: 64, cpus: 1 };
  const hz = source === "stats-stream" ? 1 : 20;
  return {
    type: "container",
    t,
    service,
    container: `${service}-1`,
    image: "box",
    source,
    hz,
    limits,
  };
}

export function sample(
  t: number,
  given: Partial<SampleValues>,
  run?: { until: number; n: number },
) {
  const row: SampleRow = {
    type: "sample",
    t,
    until: t,
    n: 1,
    service: "box",
    ...values(given),
  };
  return { ...row, ...run };
}

export const phase = (t: number, name: string): Row => ({ type: "phase", t, name });
export const load = (t: number, count = 1): Row => ({ type: "load", t, name: "request", count });
export const event = (t: number, action: EventRow["action"]): Row => ({
  type: "event",
  t,
  service: "box",
  action,
});
export const observation = (t: number, name: string, v: number | string): Row => ({
  type: "observation",
  t,
  name,
  value: v,
});
export const tail = (
  t: number,
  outcome: TailRow["outcome"] = "completed",
  reason?: string,
): Row => ({
  type: "tail",
  t,
  outcome,
  ...(reason !== undefined && { reason }),
  spent: { up: 400, drive: 6000, down: 100 },
});

/** A whole record of an arm; `perRequest` is what a request leaves behind, bytes. */
export function record(arm: string, role: Role, perRequest: number, repeat = 1): Row[] {
  const requests = Array.from({ length: 40 }, (_, i) => 2500 + i * 100);
  const rows: Row[] = [container(400), phase(500, "baseline"), phase(2500, "requests")];
  for (const t of requests) rows.push(load(t));
  for (let t = 450; t <= 6400; t += 50) {
    const done = requests.filter((at) => at < t).length;
    const anon = 30 * MiB + done * perRequest;
    rows.push(sample(t, { anon, current: anon + MiB, peak: anon + MiB, cpuMs: t / 10 }));
  }
  requests.forEach((t, i) => {
    if (i % 10 === 9) rows.push(observation(t + 50, "kept", (i + 1) * perRequest));
  });
  rows.push(observation(6450, "errors", 0));
  return [
    head(arm, role, repeat),
    ...rows.toSorted((a, b) => a.t - b.t),
    event(6560, "die"),
    tail(6600),
  ];
}

const unused = () => Promise.reject(new Error("never driven: only judged"));

export const leak: ScenarioDefinition = {
  id: "leak",
  title: "A box that keeps what it is asked",
  story: "Told for tests.",
  source: { document: "none", publisher: "none", published: "2026-01-02" },
  scaled: [],
  needs: { memory: "512 MiB" },
  arms: {
    broken: { role: "broken" },
    fixed: { role: "fixed", why: "forgets" },
    bigger: { role: "control", why: "more room", rejectedBy: ["flat"] },
    idle: { role: "control", kind: "no fault", why: "nothing to keep" },
    mine: { role: "yours" },
    suspect: { role: "probe" },
  },
  plots: [],
  ready: [],
  drive: unused,
  judge: {
    guards: (e) => [{ what: "40 requests", ok: e.load("request", e.phase("requests")) === 40 }],
    figures: (e) => ({ peak: { value: e.peak("box"), unit: "B" } }),
    broken: (e) => {
      const kept = e.observedSeries("kept");
      return [
        rise("grows", {
          says: "the box grows by 30 MiB or more",
          series: e.series("box", "anon"),
          before: e.phase("baseline"),
          during: e.phase("requests"),
          atLeast: 30 * MiB,
        }),
        slope("per-request", {
          says: "each request leaves 1 MiB",
          x: kept.v.map((_, i) => 10 * (i + 1)),
          y: kept.v,
          unit: "B/request",
          atLeast: 0.9 * MiB,
          atMost: 1.1 * MiB,
        }),
      ];
    },
    fixed: (e) => [
      rise("flat", {
        says: "the box stays where it was",
        series: e.series("box", "anon"),
        before: e.phase("baseline"),
        during: e.phase("requests"),
        atMost: 2 * MiB,
      }),
      never("no-errors", { says: "no request fails", times: e.number("errors") }),
      value("cap", {
        says: "below its limit",
        measured: e.peak("box"),
        unit: "B",
        atMost: 500 * MiB,
      }),
    ],
    contrast: (broken, fixed) => [
      ratio("lighter", {
        says: "the fix takes half the memory at most",
        of: fixed.peak("box"),
        to: broken.peak("box"),
        atMost: 0.6,
      }),
    ],
  },
};
