import {
  CLOCK_JUMP,
  EVENT_ACTIONS,
  MALFORMED,
  OUTCOMES,
  RECORD_SCHEMA,
  ROLES,
  SAMPLE_SOURCES,
  STALLS,
} from "./schema.ts";
import {
  amount,
  count,
  each,
  isObject,
  maybe,
  number,
  object,
  oneOf,
  optional,
  text,
  time,
  told,
  type Shape,
} from "./checks.ts";

const DEEPEST = 32;
/** Samples a second: who takes fewer watches nothing, and his gaps would not be seen. */
const [SLOWEST, FASTEST] = [0.5, 1000];

const engine: Shape = {
  kind: oneOf("system", "embedded"),
  version: text,
  api: text,
  cgroup: (v) => v === 1 || v === 2,
  arch: text,
  kernel: text,
  cpus: amount,
  memoryBytes: amount,
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
    hz: (v) => number(v) && (v as number) >= SLOWEST && (v as number) <= FASTEST,
    by: optional(oneOf("helper")),
    pace: optional((v) => number(v) && (v as number) > 0),
    why: optional(text),
    limits: object({ memory: maybe(amount), pids: maybe(amount), cpus: maybe(amount) }),
  },
  sample: {
    t: time,
    until: time,
    n: (v) => count(v) && v !== 0 && (v as number) <= 10_000,
    service: text,
    anon: maybe(amount),
    workingSet: maybe(amount),
    current: maybe(amount),
    peak: maybe(amount),
    pids: maybe(amount),
    processes: maybe(amount),
    zombies: maybe(amount),
    rx: maybe(amount),
    tx: maybe(amount),
    cpuMs: maybe(amount),
    oomKills: maybe(amount),
    fds: optional(maybe(amount)),
    sockets: optional(maybe(amount)),
    shmem: optional(maybe(amount)),
    waitMs: optional(maybe(amount)),
    throttledMs: optional(maybe(amount)),
  },
  gap: { t: time, until: time, service: text },
  // A clock may be set by more than any run takes.
  stall: { t: time, until: count, what: oneOf(...STALLS), service: optional(text) },
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
    rows: optional(count),
    spent: object({ up: amount, drive: amount, down: amount }),
  },
} satisfies Readonly<Record<string, Shape>>;

const STRETCHES: ReadonlySet<string> = new Set(["sample", "gap", "stall"]);
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
  if (type === "observation") return ownFault(row);
  return STRETCHES.has(type) ? stretchFault(row as unknown as Stretch) : undefined;
}

/** Whether a value is JSON, and no deeper than anything that a scenario observes. */
export function isJson(value: unknown, deepest = DEEPEST): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || deepest === 0) return false;
  return Object.values(value).every((part) => isJson(part, deepest - 1));
}

/** What the lab itself observes are numbers; a scenario has other names. */
function ownFault({ name, value }: Readonly<Record<string, unknown>>): string | undefined {
  const isOwn = name === CLOCK_JUMP || name === MALFORMED;
  return isOwn && !number(value) ? `value of ${told(name)} cannot be ${told(value)}` : undefined;
}

type Stretch = { readonly t: number; readonly until: number; readonly n?: number };

/** More than a sample each millisecond is none that was taken; two of a tick may be of the same. */
function stretchFault({ t, until, n = 1 }: Stretch): string | undefined {
  if (until < t) return `until cannot be ${until}, before t`;
  return n > until - t + 2 ? `n cannot be ${n} in ${until - t} ms` : undefined;
}
