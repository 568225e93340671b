import {
  RECORD_SCHEMA,
  type EngineFacts,
  type HeadRow,
  type SampleValues,
  type TailRow,
} from "../../harness/record/index.ts";

/** An engine that nobody asked. */
export const engine: EngineFacts = {
  kind: "system",
  version: "26.1.5",
  api: "1.45",
  cgroup: 2,
  arch: "x86_64",
  kernel: "6.12.0",
  cpus: 2,
  memoryBytes: 8 * 1024 ** 3,
};

/** A head, for records made by hand. */
export function head(): HeadRow {
  return {
    type: "head",
    schema: RECORD_SCHEMA,
    t: 0,
    scenario: "made-up",
    arm: "broken",
    role: "broken",
    repeat: 1,
    startedAt: "2026-11-21T00:00:00.000Z",
    engine,
    env: { ARM: "broken" },
  };
}

export function tail(t: number): TailRow {
  return { type: "tail", t, outcome: "completed", spent: { up: 0, drive: t, down: 0 } };
}

/** A sample's numbers: null but for what is given. */
export function values(given: Partial<SampleValues>): SampleValues {
  return {
    anon: null,
    workingSet: null,
    current: null,
    peak: null,
    pids: null,
    processes: null,
    zombies: null,
    rx: null,
    tx: null,
    cpuMs: null,
    oomKills: null,
    ...given,
  };
}
