import { is, isOver, type Evidence } from "../../harness/scenario/index.ts";
import { everyBackend, often, rounds, some, type Round } from "./drive.ts";

/** Which process answered a visit, and with which version of the app; 0 where it was not his app. */
export interface Visit {
  readonly status: number;
  readonly backend: number;
  readonly pid: number;
  readonly version: number;
  /** When that process loaded the app's code, by its backend's clock. */
  readonly birth: number;
}

/** How the last request of a reload was answered, and where. */
interface Reload {
  readonly status: number;
  readonly backend: number;
}

/** What one round was for one user and his app. */
export interface App {
  readonly user: string;
  /** As the Web tab wrote it into the URL of the reload. */
  readonly domain: string;
  readonly before: Visit;
  readonly reload: Reload;
  readonly after: Visit;
}

/** What was seen in one round. */
export interface Seen {
  readonly round: Round;
  /** Ids of the backends in service. */
  readonly servers: readonly number[];
  /** Apps of the users who signed up with capitals in their names, and of those without. */
  readonly mixed: readonly App[];
  readonly plain: readonly App[];
  readonly all: readonly App[];
  /** Processes that the backends have more after the reloads than before: all, and each. */
  readonly added: number;
  addedAt(backend: number): number;
}

/** The rounds that the arm played, in order. */
export function roundsOf(e: Evidence): readonly Seen[] {
  const names = Object.keys(rounds) as Round[];
  return names.filter((name) => e.hasPhase(name)).map((name) => seen(e, name));
}

/** Those of them that are over, in a record that still grows. */
export function roundsOver(e: Evidence): readonly Seen[] {
  const names = Object.keys(rounds) as Round[];
  return names.filter((name) => isOver(e, `${name}-reload`)).map((name) => seen(e, name));
}

/** One round of the record; throws where it was not played. */
export function seen(e: Evidence, round: Round): Seen {
  const { mixed: capitals, plain: without } = signedUp(e);
  const forms = formsOf(e);
  const [before, after] = [visits(e, `${round}: before`), visits(e, `${round}: after`)];
  const reload = reloads(e, `${round}: reload`);
  const app = (user: string): App => ({
    user,
    domain: of(user, forms).split("/").at(-2) ?? "",
    before: before(user),
    reload: reload(user),
    after: after(user),
  });
  const [mixed, plain] = [capitals.map(app), without.map(app)];
  const addedAt = (backend: number) =>
    processes(e, backend, `${round}-reload`) - processes(e, backend, round);
  const added = everyBackend.reduce((sum, backend) => sum + addedAt(backend), 0);
  const { servers } = rounds[round];
  return { round, servers, mixed, plain, all: [...mixed, ...plain], added, addedAt };
}

/** How one app answered at two times. */
export interface Still {
  readonly before: Visit;
  readonly after: Visit;
}

/** What was seen after the rounds, where only some had reloaded, and at the very end. */
export interface Later {
  /** Who reloaded twice, and who did not: as they were after the last round, and are now. */
  readonly acting: readonly Still[];
  readonly others: readonly Still[];
  /** Who looked once more at the end: as they were after the reloads of some. */
  readonly looking: readonly Still[];
  readonly reloads: readonly Reload[];
  readonly reloadsAgain: readonly Reload[];
  /** Whose apps were visited many times in a row: as they were just before, and the last time. */
  readonly often: readonly (Still & { readonly unlikeTheFirst: number })[];
}

export function laterOf(e: Evidence): Later {
  const { mixed, plain } = signedUp(e);
  const users = [...mixed, ...plain];
  const [nine, now, end, last] = [
    visits(e, "nine: after"),
    visits(e, "some: after"),
    visits(e, "end: after"),
    visits(e, "end: often"),
  ];
  const unlike = extra(e, "end: often");
  const then = (user: string) => ({ before: nine(user), after: now(user) });
  const each = (n: number) => users.filter((_, i) => i % n === 0);
  const acting = each(some.every);
  return {
    acting: acting.map(then),
    others: users.filter((user) => !acting.includes(user)).map(then),
    looking: each(some.looking).map((user) => ({ before: now(user), after: end(user) })),
    reloads: acting.map(reloads(e, "some: reload")),
    reloadsAgain: acting.map(reloads(e, "some: reload again")),
    often: each(often.every).map((user) => ({
      before: end(user),
      after: last(user),
      unlikeTheFirst: unlike(user),
    })),
  };
}

/** What was seen of the app that took long to load, and of all others meanwhile. */
export interface SlowStart {
  /** Whether it was being loaded, no later than five seconds after its reload, when the others were visited. */
  readonly wasLoading: boolean;
  readonly reload: Reload;
  /** What it serves at the very end. */
  readonly end: Visit;
  readonly others: readonly (Still & { readonly ms: number })[];
}

export function slowStartOf(e: Evidence): SlowStart {
  const { mixed, plain } = signedUp(e);
  const [before, meanwhile, ms] = [
    visits(e, "some: after"),
    visits(e, "slow: others"),
    extra(e, "slow: others"),
  ];
  const [owner = ""] = Object.keys(told(e, "slow: reload"));
  const others = [...mixed, ...plain].filter((user) => user !== owner);
  return {
    wasLoading: e.observedAs("slow: loading", is.truth),
    reload: reloads(e, "slow: reload")(owner),
    end: visits(e, "end: slow")(owner),
    others: others.map((user) => ({
      before: before(user),
      after: meanwhile(user),
      ms: ms(user),
    })),
  };
}

/** The URLs that the users' Web tabs reload; empty where there was no such form. */
export const formsOf = (e: Evidence) => e.observedAs("forms", is.recordOf(is.text));

/** Whether a visit was answered by the visitor's own app. */
export const answered = ({ status, backend }: Visit): boolean => status === 200 && backend > 0;

/** The apps that, after their reload, do not serve the version that was deployed before it. */
export const stale = (round: Round, apps: readonly App[]): readonly App[] =>
  apps.filter(({ after }) => after.version !== rounds[round].version);

/** Whether the same process, with the code that it loaded then, answered before and after. */
export const untouched = ({ before, after }: Still): boolean =>
  before.backend === after.backend && before.pid === after.pid && before.birth === after.birth;

const signedUp = (e: Evidence) =>
  e.observedAs(
    "users",
    is.object<{ mixed: readonly string[]; plain: readonly string[] }>({
      mixed: is.listOf(is.text),
      plain: is.listOf(is.text),
    }),
  );

const told = (e: Evidence, name: string) => e.observedAs(name, is.recordOf(is.listOf(is.number)));

/** What each user saw of his app, by the name of the observation. */
function visits(e: Evidence, name: string): (user: string) => Visit {
  const seen = told(e, name);
  return (user) => {
    const [status = 0, backend = 0, pid = 0, version = 0, birth = 0] = of(user, seen);
    return { status, backend, pid, version, birth };
  };
}

/** The number that is told of each user's visit besides. */
function extra(e: Evidence, name: string): (user: string) => number {
  const seen = told(e, name);
  return (user) => of(user, seen)[5] ?? Number.NaN;
}

function reloads(e: Evidence, name: string): (user: string) => Reload {
  const seen = told(e, name);
  return (user) => {
    const [status = 0, backend = 0] = of(user, seen);
    return { status, backend };
  };
}

/** What was told of a user; a user of whom nothing was told cannot be judged. */
function of<T>(user: string, told: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(told, user) ? told[user] : undefined;
  if (found !== undefined) return found;
  throw new Error(`nothing was told of the user ${user}`);
}

/** Processes on a backend at the end of a phase, which lasts until each was sampled once more. */
const processes = (e: Evidence, backend: number, phase: string): number =>
  e.last(`backend-${backend}`, "pids", e.phase(phase));
