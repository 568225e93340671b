import { EVENT_ACTIONS, OUTCOMES, RECORD_SCHEMA, ROLES, SAMPLE_SOURCES, STALLS } from "./schema.ts";

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const text: Check = (v) => typeof v === "string";
const number: Check = (v) => typeof v === "number" && Number.isFinite(v);
const time: Check = (v) => number(v) && (v as number) >= 0;
const count: Check = (v) => Number.isInteger(v) && (v as number) >= 0;
const maybe =
  (check: Check): Check =>
  (v) =>
    v === null || check(v);
const optional =
  (check: Check): Check =>
  (v) =>
    v === undefined || check(v);
const oneOf =
  (...words: readonly string[]): Check =>
  (v) =>
    words.includes(v as string);
const each =
  (check: Check): Check =>
  (v) =>
    isObject(v) && Object.values(v).every(check);
const object =
  (shape: Shape): Check =>
  (v) =>
    isObject(v) && faultOf(v, shape) === undefined;

const engine: Shape = {
  kind: oneOf("system", "embedded"),
  version: text,
  api: text,
  cgroup: (v) => v === 1 || v === 2,
  arch: text,
  kernel: text,
  cpus: number,
  memoryBytes: number,
};

const provenance: Shape = {
  version: text,
  commit: maybe(text),
  clean: maybe((v) => typeof v === "boolean"),
  scenario: text,
  configuration: text,
  images: each(text),
  arguments: (v) => Array.isArray(v) && v.every(text),
};

const shapes: Readonly<Record<string, Shape>> = {
  head: {
    schema: (v) => v === RECORD_SCHEMA,
    t: (v) => v === 0,
    scenario: text,
    arm: text,
    role: oneOf(...ROLES),
    repeat: count,
    startedAt: text,
    engine: object(engine),
    env: each(text),
    provenance: optional(object(provenance)),
  },
  container: {
    t: time,
    service: text,
    container: text,
    image: text,
    source: oneOf(...SAMPLE_SOURCES),
    hz: number,
    limits: object({ memory: maybe(number), pids: maybe(number), cpus: maybe(number) }),
  },
  sample: {
    t: time,
    until: time,
    n: (v) => count(v) && v !== 0,
    service: text,
    anon: maybe(number),
    workingSet: maybe(number),
    current: maybe(number),
    peak: maybe(number),
    pids: maybe(number),
    processes: maybe(number),
    zombies: maybe(number),
    rx: maybe(number),
    tx: maybe(number),
    cpuMs: maybe(number),
    oomKills: maybe(number),
    fds: optional(maybe(number)),
    sockets: optional(maybe(number)),
    shmem: optional(maybe(number)),
    waitMs: optional(maybe(number)),
    throttledMs: optional(maybe(number)),
  },
  gap: { t: time, until: time, service: text },
  stall: { t: time, until: time, what: oneOf(...STALLS), service: optional(text) },
  phase: { t: time, name: text },
  event: {
    t: time,
    service: text,
    action: oneOf(...EVENT_ACTIONS),
    exitCode: optional(number),
  },
  observation: { t: time, name: text, value: (v) => v !== undefined, unit: optional(text) },
  load: { t: time, name: text, count: number },
  "drive-end": { t: time },
  tail: {
    t: time,
    outcome: oneOf(...OUTCOMES),
    reason: optional(text),
    spent: object({ up: number, drive: number, down: number }),
  },
};

/** What is wrong with this row, or undefined. By hand, as a record can have 100 000 of them. */
export function rowFault(row: unknown): string | undefined {
  if (!isObject(row)) return "not an object";
  const type = String(row["type"]);
  const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
  if (!shape) return `unknown row type ${JSON.stringify(row["type"])}`;
  return faultOf(row, shape);
}

function faultOf(row: Readonly<Record<string, unknown>>, shape: Shape): string | undefined {
  for (const key in shape) {
    if (!shape[key]?.(row[key])) return `${key} cannot be ${JSON.stringify(row[key])}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
