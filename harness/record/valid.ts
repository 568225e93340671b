import { EVENT_ACTIONS, OUTCOMES, RECORD_SCHEMA, ROLES, SAMPLE_SOURCES, STALLS } from "./schema.ts";

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

/** Sums of a record's numbers must stay numbers; 8 PiB and four months are no limit in practice. */
const LARGEST = Number.MAX_SAFE_INTEGER;
const LATEST = 1e10;
const LONGEST_TEXT = 16_384;
const DEEPEST = 32;

const text: Check = (v) => typeof v === "string" && v.length <= LONGEST_TEXT;
const number: Check = (v) => typeof v === "number" && v >= -LARGEST && v <= LARGEST;
const time: Check = (v) => typeof v === "number" && v >= 0 && v <= LATEST;
const count: Check = (v) => Number.isSafeInteger(v) && (v as number) >= 0;
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

const shapes = {
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
    hz: (v) => number(v) && (v as number) > 0,
    limits: object({ memory: maybe(number), pids: maybe(number), cpus: maybe(number) }),
  },
  sample: {
    t: time,
    until: time,
    n: (v) => count(v) && v !== 0 && (v as number) <= 10_000,
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
  observation: { t: time, name: text, value: (v) => isJson(v), unit: optional(text) },
  load: { t: time, name: text, count },
  "drive-end": { t: time },
  tail: {
    t: time,
    outcome: oneOf(...OUTCOMES),
    reason: optional(text),
    spent: object({ up: number, drive: number, down: number }),
  },
} satisfies Readonly<Record<string, Shape>>;

const shapeOf = new Map(
  Object.entries<Shape>(shapes).map(([type, shape]) => [type, Object.entries(shape)]),
);
const fieldsOf = new Map(
  Object.entries<Shape>(shapes).map(([type, shape]) => [
    type,
    new Set(["type", ...Object.keys(shape)]),
  ]),
);

/** What is wrong with this row, or undefined. By hand, as a record can have 100 000 of them. */
export function rowFault(row: unknown): string | undefined {
  if (!isObject(row)) return "not an object";
  const type = row["type"] as string;
  const shape = shapeOf.get(type);
  if (!shape) return `unknown row type ${told(type)}`;
  for (const [key, check] of shape) {
    if (!check(row[key])) return `${key} cannot be ${told(row[key])}`;
  }
  const known = fieldsOf.get(type)!;
  for (const key in row) {
    const value = row[key];
    if (typeof value === "object" && value !== null && !known.has(key))
      return `no ${told(key)} in it`;
  }
  return type === "sample" || type === "gap" ? stretchFault(row as unknown as Stretch) : undefined;
}

/** Whether a value is JSON, and no deeper than anything that a scenario observes. */
export function isJson(value: unknown, deepest = DEEPEST): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || deepest === 0) return false;
  return Object.values(value).every((part) => isJson(part, deepest - 1));
}

type Stretch = { readonly t: number; readonly until: number; readonly n?: number };

/** More than a sample each millisecond is none that was taken; two of a tick may be of the same. */
function stretchFault({ t, until, n = 1 }: Stretch): string | undefined {
  if (until < t) return `until cannot be ${until}, before t`;
  return n > until - t + 2 ? `n cannot be ${n} in ${until - t} ms` : undefined;
}

function faultOf(row: Readonly<Record<string, unknown>>, shape: Shape): string | undefined {
  for (const key in shape) {
    if (!shape[key]?.(row[key])) return `${key} cannot be ${told(row[key])}`;
  }
  return undefined;
}

/** A value in few words, however long or deep it is. */
function told(value: unknown): string {
  try {
    const words = JSON.stringify(value) ?? "undefined";
    return words.length > 80 ? `${words.slice(0, 80)}...` : words;
  } catch {
    return "what it is";
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
