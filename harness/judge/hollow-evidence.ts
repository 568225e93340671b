import { RECORD_SCHEMA, type HeadRow, type Json } from "../record/schema.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { standInFor, type StandIns } from "./is.ts";
import type { Evidence, Series, Shape } from "./types.ts";

/** Of which arm the evidence tells, and which draw of stand-ins it is. */
export interface Variant {
  readonly arm: string;
  readonly draw: number;
}

/** The names that a judge asked for. */
export interface Asked {
  readonly services: Set<string>;
  readonly phases: Set<string>;
  readonly loads: Set<string>;
  readonly observations: Set<string>;
  readonly metrics: Set<string>;
}

/** Who asks more often than this goes round in a loop that only a real record would end. */
const MOST_QUESTIONS = 20_000;

const NUMBERS = [0, 1, 2, 3, 5, 10, 100, 1000, 65_536, 1_000_000];
const TEXTS = ["1", "a/b/c/", "False", "text", ""];

/**
 * Evidence that no container gave: whatever is asked for is there, and each answer is a stand-in,
 * drawn by the variant and noted in `asked`. Draw 0 has all phases and 1 has none; the others have
 * some, so that what a judge only does on a condition is done in one draw or another.
 */
export function hollowEvidence(
  definition: ScenarioDefinition,
  variant: Variant,
  asked: Asked,
): Evidence {
  const from = standInsOf(variant);
  const ask = (of: keyof Asked, name: string) => {
    if (asked[of].size < MOST_QUESTIONS) asked[of].add(name);
  };
  const series = (name: string): Series => {
    const t = Array.from({ length: 10 }, (_, i) => 100 * i);
    return { name, t, v: t.map(() => from.number()) };
  };
  const number = (service: string) => {
    ask("services", service);
    return from.number();
  };
  const metric = (service: string, name: string) => {
    ask("metrics", name);
    return number(service);
  };
  const observed = <T>(name: string, shape: Shape<T>): T => {
    ask("observations", name);
    return standInFor(shape, from) ?? (anything(from, 3) as T);
  };
  const unshaped: Shape<Json> = (value): value is Json => value !== undefined;
  const several = <T>(name: string, shape: Shape<T>) =>
    [100, 200, 300, 400, 500].map((t) => ({ t, value: observed(name, shape) }));
  const whole = { from: 0, to: 1000 };
  const phase = { from: 250, to: 750 }; // there is something before it, in it, and after it
  return {
    head: headOf(definition, variant),
    phase(name) {
      ask("phases", name);
      return phase;
    },
    hasPhase(name) {
      ask("phases", name);
      return variant.draw < 2 ? variant.draw === 0 : from.truth();
    },
    whole: () => whole,
    series(service, name) {
      metric(service, name);
      return series(`${service} ${name}`);
    },
    first: metric,
    last: metric,
    highest: metric,
    lowest: metric,
    lastBefore: metric,
    services: () => ["box"],
    peak: number,
    oomKills: number,
    firstOomKill: (service) => (from.truth() ? number(service) : undefined),
    exitCodes: (service) => [number(service)],
    starts: number,
    limit: number,
    observed: (name) => observed(name, unshaped),
    observedAs: observed,
    observations: (name) => several(name, unshaped),
    observationsAs: several,
    number(name) {
      ask("observations", name);
      return from.number();
    },
    observedSeries(name) {
      ask("observations", name);
      return series(name);
    },
    events(service, action = "die") {
      ask("services", service);
      return from.truth()
        ? [{ type: "event", t: 500, service, action, exitCode: from.number() }]
        : [];
    },
    load(name) {
      ask("loads", name);
      return from.number();
    },
  };
}

/** The stand-ins of a variant: the same each time. */
export function standInsOf({ arm, draw }: Variant): StandIns {
  const next = dice(
    new TextEncoder()
      .encode(`${arm} ${draw}`)
      .reduce((seed, byte) => (Math.imul(seed, 31) + byte) >>> 0, 7),
  );
  let questions = 0;
  const some = <T>(...choices: readonly T[]): T => {
    questions += 1;
    if (questions > MOST_QUESTIONS) throw new Error("the judge asks without end");
    return choices[Math.floor(next() * choices.length)]!;
  };
  return {
    some,
    number: () => some(...NUMBERS),
    text: () => some(...TEXTS),
    truth: () => some(true, false),
  };
}

/**
 * A value that bears whatever a scenario takes it for: a list of three, a number, a text, an object
 * with any field, to some depth.
 */
export function anything(from: StandIns, depth: number): unknown {
  if (depth === 0) return from.number();
  const parts = [1, 2, 3].map(() => anything(from, depth - 1));
  const plain = String(from.number());
  return new Proxy(parts, {
    get(list, key, receiver) {
      if (key === Symbol.toPrimitive) return () => plain;
      if (typeof key === "symbol" || key in list)
        return Reflect.get(list, key, receiver) as unknown;
      if (Object.hasOwn(String.prototype, key)) return String.prototype[key as "trim"].bind(plain);
      return anything(from, depth - 1);
    },
  });
}

/** Numbers from 0 to 1 that are the same for the same seed: a linear congruential generator. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function headOf({ id, arms }: ScenarioDefinition, { arm }: Variant): HeadRow {
  const { role, target = arm, env } = arms[arm]!;
  return {
    type: "head",
    schema: RECORD_SCHEMA,
    t: 0,
    scenario: id,
    arm,
    role,
    repeat: 1,
    startedAt: "1970-01-01T00:00:00.000Z",
    engine: {
      kind: "system",
      version: "",
      api: "",
      cgroup: 2,
      arch: "",
      kernel: "",
      cpus: 1,
      memoryBytes: 1,
    },
    env: { ARM: target, ...env },
  };
}
