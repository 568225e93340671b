import type { Claim } from "../../../harness/judge/types.ts";
import type { ArmVerdict, Verdict } from "../../../harness/judge/verdict-types.ts";
import type {
  ContainerRow,
  EngineFacts,
  EventRow,
  HeadRow,
  Role,
  Row,
  SampleRow,
  SampleValues,
  TailRow,
} from "../../../harness/record/schema.ts";
import type { ReportedRun } from "../../../harness/report/judged.ts";
import type { ScenarioDefinition } from "../../../harness/scenario/types.ts";

const MiB = 1024 ** 2;

const ENGINE: EngineFacts = {
  kind: "embedded",
  version: "26.1.5",
  api: "1.45",
  cgroup: 1,
  arch: "x86_64",
  kernel: "6.1.0",
  cpus: 2,
  memoryBytes: 8 * 1024 * MiB,
};

export const LIMIT = 512 * MiB;

/** A sample in which nothing is known but what is given. */
export function sample(t: number, values: Partial<SampleValues & SampleRow> = {}): SampleRow {
  const unknown = { anon: null, workingSet: null, current: null, peak: null, pids: null };
  const rest = { processes: null, zombies: null, rx: null, tx: null, cpuMs: null, oomKills: null };
  return { type: "sample", service: "box", t, until: t, n: 1, ...unknown, ...rest, ...values };
}

/** A container with this limit, bytes. */
export function container(parts: {
  readonly service: string;
  readonly memory: number;
}): ContainerRow {
  const limits = { memory: parts.memory, pids: null, cpus: null };
  const { service } = parts;
  return {
    type: "container",
    t: 0,
    service,
    container: "c",
    image: "i",
    source: "cgroup-v1",
    hz: 20,
    limits,
  };
}

export function event(t: number, action: EventRow["action"], service = "box"): EventRow {
  return { type: "event", t, service, action };
}

export interface Course {
  readonly scenario?: string;
  readonly arm?: string;
  readonly role?: Role;
  readonly repeat?: number;
  /** Memory in bytes at a moment. */
  readonly memory?: (seconds: number) => number;
  readonly seconds?: number;
  readonly phases?: Readonly<Record<string, number>>;
  readonly events?: readonly EventRow[];
  readonly limit?: number | null;
}

/** A record of one arm whose memory follows a course, sampled at 20 Hz. */
export function record(course: Course = {}): readonly Row[] {
  const { scenario = "boto-close", arm = "broken", role = "broken", repeat = 1 } = course;
  const { memory = () => 30 * MiB, seconds = 12, events = [], limit = LIMIT } = course;
  const phases = course.phases ?? { baseline: 1, "full download": 3, "hang-up": 6, after: 8 };
  const startedAt = "2026-11-21T05:12:00.000Z";
  const seen: Row[] = [
    {
      type: "container",
      t: 400,
      service: "box",
      container: "c1",
      image: "i",
      source: "cgroup-v1",
      hz: 20,
      limits: { memory: limit, pids: 192, cpus: 1 },
    },
    ...Object.entries(phases).map(([name, at]): Row => ({ type: "phase", t: at * 1000, name })),
    ...Array.from({ length: seconds * 20 - 10 }, (_, index): Row => {
      const t = 500 + index * 50;
      const used = Math.round(memory(t / 1000));
      return sample(t, {
        anon: used,
        workingSet: used + MiB,
        current: used + 3 * MiB,
        peak: used + 4 * MiB,
        processes: 3,
        pids: 4,
      });
    }),
    ...events,
  ];
  const head: HeadRow = {
    type: "head",
    schema: "aftershock/record@1",
    t: 0,
    scenario,
    arm,
    role,
    repeat,
    startedAt,
    engine: ENGINE,
    env: { ARM: arm },
  };
  const spent = { up: 500, drive: seconds * 1000 - 500, down: 900 };
  const tail: TailRow = { type: "tail", t: seconds * 1000 + 900, outcome: "completed", spent };
  return [head, ...seen.sort((a, b) => a.t - b.t), tail];
}

export function claim(parts: Partial<Claim> = {}): Claim {
  return {
    id: "rise",
    kind: "rise",
    sentence: "after the hang-up memory rises by at least the object's size",
    measured: 512 * MiB,
    relation: "at least",
    bound: 256 * MiB,
    unit: "B",
    ok: true,
    margin: 1,
    ...parts,
  };
}

export function arm(parts: Partial<ArmVerdict> = {}): ArmVerdict {
  return {
    name: "broken",
    role: "broken",
    repeat: 1,
    verdict: "reproduced",
    ok: true,
    notes: [],
    durationMs: 13_400,
    cpuMs: 2_310,
    figures: { peakAfterHangUp: { value: 548 * MiB, unit: "B" } },
    claims: [claim()],
    sampling: { source: "cgroup-v1", hz: 20, samples: 230, gaps: 0 },
    ...parts,
  };
}

export function verdictOf(arms: readonly ArmVerdict[], parts: Partial<Verdict> = {}): Verdict {
  const ok = arms.every((each) => each.ok);
  return {
    schema: "aftershock/verdict@1",
    ok,
    startedAt: "2026-11-21T05:12:00.000Z",
    durationMs: 61_000,
    engine: ENGINE,
    leftovers: [],
    scenarios: [{ id: "boto-close", ok, arms: [...arms], flaky: [], rates: [] }],
    ...parts,
  };
}

/** What an example scenario says about itself; its drive and judgement are never called here. */
export function definition(parts: Partial<ScenarioDefinition> = {}): ScenarioDefinition {
  const unused = () => {
    throw new Error("A report must not drive or judge.");
  };
  return {
    id: "boto-close",
    title: "Closing a Key reads the rest of the object",
    story:
      "A Flask API hands objects of S3 on to its clients. One client hangs up after the headers, and the server's memory climbs by the size of the object. What reads on is the close() that was meant to stop it.",
    source: { document: "Memory and a hang-up", publisher: "An example", published: "2015-06-01" },
    scaled: [
      {
        what: "object size",
        then: "10 to 100 GB",
        here: "256 MiB and 1 GiB",
        why: "the box would be gone at once",
        holds: "the rise is linear in size, checked at two sizes",
      },
    ],
    needs: { memory: "1 GiB" },
    arms: { broken: { role: "broken" }, "fast-close": { role: "fixed" } },
    plots: [
      { title: "Memory of the API", service: "box", metric: "anon" },
      { title: "Processes of the API", service: "box", metric: "processes" },
    ],
    ready: [],
    drive: unused,
    judge: { guards: unused, figures: unused, broken: unused, fixed: unused },
    ...parts,
  };
}

/** A run of one scenario: it climbs in `broken`, stays in `fast-close`, climbs in `bigger-box`. */
export function judgedRun(parts: Partial<ReportedRun> = {}): ReportedRun {
  const climb = (seconds: number) => (30 + 480 * Math.min(1, Math.max(0, (seconds - 6) / 2))) * MiB;
  const failing = claim({
    id: "flat",
    sentence: "memory rises by less than 5 % of the object",
    measured: 480 * MiB,
    relation: "at most",
    bound: 13 * MiB,
    ok: false,
    margin: -36,
  });
  return {
    run: { id: "20261121-051200-ab12" },
    files: ["record/boto-close.broken.1.ndjson", "record/boto-close.fast-close.1.ndjson.zst"],
    verdict: verdictOf([
      arm(),
      arm({
        name: "fast-close",
        role: "fixed",
        verdict: "fixed",
        claims: [
          claim({
            id: "flat",
            sentence: failing.sentence,
            measured: MiB,
            relation: "at most",
            bound: 13 * MiB,
            margin: 0.92,
          }),
        ],
      }),
      arm({
        name: "bigger-box",
        role: "control",
        kind: "wrong fix",
        verdict: "rejected",
        why: "More memory only moves the limit.",
        claims: [failing],
      }),
    ]),
    scenarios: new Map([["boto-close", definition()]]),
    records: [
      record({
        memory: climb,
        events: [event(8000, "oom"), event(8100, "restart"), event(12_500, "die")],
      }),
      record({ arm: "fast-close", role: "fixed" }),
      record({ arm: "bigger-box", role: "control", memory: climb, limit: 2 * LIMIT }),
    ],
    ...parts,
  };
}
