import type { Json, Row, SampleValues } from "../../../../harness/record/schema.ts";
import { MiB } from "../../../../harness/judge/units.ts";
import {
  everyBackend,
  often,
  rounds,
  slow,
  some,
} from "../../../../scenarios/mixed-case-routing/drive.ts";
import * as made from "../../../support/rows.ts";

type Told = Record<string, number[]>;

/** What the platform did as users and samplers saw it, to be spoilt in one place. */
export interface Good {
  readonly forms: Record<string, string>;
  /** By name of the observation, then by user. */
  readonly told: Record<string, Told>;
  /** Whether the app that takes long to load was being loaded while others were visited. */
  wasLoading: boolean;
  /** Visits in the last phase. */
  lastVisits: number;
  /** What each box holds, by phase. */
  readonly held: Record<string, Record<string, ReturnType<typeof holding>>>;
  /** The phases that were played, in order. */
  phases: string[];
}

export const users = Array.from({ length: 450 }, (_, i) => {
  if (i === 1) return slow.user;
  return i < 400 ? `User${i}` : `user${i}`;
});
const boxes = ["balancer", ...everyBackend.map((n) => `backend-${n}`)];
const loads = { deploy: 1400, reload: 1400, visit: 2800 };

/** All that a right fix does: apps are spread evenly, each reload starts its app anew. */
export function good(): Good {
  const told: Record<string, Told> = {};
  const each = (value: (i: number) => number[], every = 1): Told =>
    Object.fromEntries(users.flatMap((user, i) => (i % every ? [] : [[user, value(i)]])));
  const app = (servers: readonly number[], version: number) => (i: number) => [
    200,
    servers[i % servers.length]!,
    100 + i,
    version,
    version * 1000 + i,
  ];
  for (const [round, { servers, version }] of Object.entries(rounds)) {
    told[`${round}: before`] = each(app(servers, version - 1));
    told[`${round}: reload`] = each(() => [200, 1]);
    told[`${round}: after`] = each(app(servers, version));
  }
  const later = (i: number) =>
    app(everyBackend, i % some.every ? rounds.nine.version : some.again)(i);
  told["some: reload"] = each(() => [200, 1], some.every);
  told["some: reload again"] = each(() => [200, 1], some.every);
  told["some: after"] = each(later);
  told["slow: reload"] = { [slow.user]: [200, 1] };
  told["slow: others"] = each((i) => [...later(i), 20]);
  delete told["slow: others"][slow.user];
  told["end: after"] = each(later, some.looking);
  told["end: slow"] = { [slow.user]: app(everyBackend, slow.version)(1) };
  told["end: often"] = each((i) => [...later(i), 0], often.every);
  const played = Object.keys(rounds).flatMap((name) => [name, `${name}-reload`, `${name}-after`]);
  const phases = ["baseline", ...played, "some", "slow", "quiet", "end"];
  const held = Object.fromEntries(boxes.map((box) => [box, levels(box, phases)]));
  const forms = Object.fromEntries(
    users.map((user) => [user, `http://www.platform.test/user/x/webapps/${user}.test/reload`]),
  );
  return { forms, told, wasLoading: true, lastVisits: 541, held, phases };
}

function levels(box: string, phases: readonly string[]) {
  const apps = (phase: string) => {
    const { servers } = rounds[phase.split("-")[0] as keyof typeof rounds] ?? rounds.nine;
    const isHome = servers.some((n) => box === `backend-${n}`) && phase !== "baseline";
    return isHome ? Math.floor(450 / servers.length) : 0;
  };
  return Object.fromEntries(phases.map((phase) => [phase, holding(apps(phase))]));
}

const holding = (apps: number) => ({
  pids: 3 + apps,
  anon: (6 + apps) * MiB,
  workingSet: (7 + apps) * MiB,
  fds: 13 + 5 * apps,
  sockets: 7 + 2 * apps,
  shmem: 0,
});

/** Two seconds for each phase, watched 20 times a second. */
export function recordOf(record: Good, arm: string): readonly Row[] {
  const { forms, told, held, phases } = record;
  const end = phases.length * 2000;
  const observe = (name: string, value: Json): Row => ({
    type: "observation",
    t: 100,
    name,
    value,
  });
  const rows: Row[] = boxes.flatMap((service) => container(service));
  for (const [i, name] of phases.entries()) {
    rows.push({ type: "phase", t: i * 2000, name });
    for (const box of boxes) rows.push(...samples(i * 2000, box, held[box]![name]!));
  }
  const last = phases.indexOf("end") * 2000 + 100;
  const visits: Row = { type: "load", t: last, name: "visit", count: record.lastVisits };
  if (phases.includes("end")) rows.push(visits);
  const mixed = users.slice(0, 400);
  rows.push(
    observe("users", { mixed, plain: users.slice(400) }),
    observe("forms", forms),
    observe("slow: loading", record.wasLoading),
    ...Object.entries(told).map(([name, value]) => observe(name, value)),
    ...Object.keys(rounds).map((name) => observe(`${name}: restarts ordered`, 450)),
    ...Object.entries(loads).map(([name, count]): Row => ({ type: "load", t: 100, name, count })),
  );
  const head: Row = { ...made.head(), scenario: "mixed-case-routing", arm, role: "fixed" };
  const inOrder = rows.toSorted((a, b) => a.t - b.t);
  return [head, ...inOrder, { type: "drive-end", t: end }, made.tail(end + 1)];
}

function container(service: string): Row[] {
  const limits = { memory: 640 * MiB, pids: 640, cpus: 1 };
  const told = { service, container: service, image: "platform", source: "cgroup-v1" as const };
  return [{ type: "container", t: 0, ...told, hz: 20, limits }];
}

const samples = (t: number, service: string, given: Partial<SampleValues>): Row[] => [
  { type: "sample", t, until: t + 1950, n: 40, service, ...made.values(given) },
];
