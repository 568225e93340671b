import { is, type Evidence } from "../../harness/scenario/index.ts";
import { everyBackend, rounds, type Round } from "./drive.ts";

/** Which process answered a visit, and with which version of the app. */
interface Visit {
  readonly backend: number;
  readonly pid: number;
  readonly version: number;
}

/** What one round was for one user and his app. */
export interface App {
  readonly user: string;
  /** As the Web tab wrote it into the URL of the reload. */
  readonly domain: string;
  readonly before: Visit;
  readonly reload: { readonly status: number; readonly backend: number };
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

/** One round of the record; throws where it was not played. */
export function seen(e: Evidence, round: Round): Seen {
  const users = e.observedAs("users", signedUp);
  const forms = e.observedAs("forms", is.recordOf(is.text));
  const rows = (what: string) =>
    e.observedAs(`${round}: ${what}`, is.recordOf(is.listOf(is.number)));
  const [before, reload, after] = [rows("before"), rows("reload"), rows("after")];
  const app = (user: string): App => {
    const [status = 0, backend = 0] = of(user, reload);
    const domain = of(user, forms).split("/").at(-2) ?? "";
    const reloaded = { status, backend };
    return {
      user,
      domain,
      before: visit(of(user, before)),
      reload: reloaded,
      after: visit(of(user, after)),
    };
  };
  const mixed = users.mixed.map(app);
  const plain = users.plain.map(app);
  const addedAt = (backend: number) =>
    processes(e, backend, `${round}-reload`) - processes(e, backend, round);
  const added = everyBackend.reduce((sum, backend) => sum + addedAt(backend), 0);
  const { servers } = rounds[round];
  return { round, servers, mixed, plain, all: [...mixed, ...plain], added, addedAt };
}

const signedUp = is.object<{ mixed: readonly string[]; plain: readonly string[] }>({
  mixed: is.listOf(is.text),
  plain: is.listOf(is.text),
});

/** What was told of a user; a user of whom nothing was told cannot be judged. */
function of<T>(user: string, told: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(told, user) ? told[user] : undefined;
  if (found !== undefined) return found;
  throw new Error(`nothing was told of the user ${user}`);
}

/** The apps that, after their reload, do not serve the version that was deployed before it. */
export const stale = (round: Round, apps: readonly App[]): readonly App[] =>
  apps.filter(({ after }) => after.version !== rounds[round].version);

/** Whether the same process answered before and after. */
export const untouched = ({ before, after }: App): boolean =>
  before.backend === after.backend && before.pid === after.pid;

function visit([backend = 0, pid = 0, version = 0]: readonly number[]): Visit {
  return { backend, pid, version };
}

/** Processes on a backend at the end of a phase, which lasts until each was sampled once more. */
const processes = (e: Evidence, backend: number, phase: string): number =>
  e.last(`backend-${backend}`, "pids", e.phase(phase));
