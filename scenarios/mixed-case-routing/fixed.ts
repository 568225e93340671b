import { claim, type Claim, type Evidence, type Early } from "../../harness/scenario/index.ts";
import { everyBackend, often, rounds, slow, some } from "./drive.ts";
import { leftBehind } from "./levels.ts";
import {
  answered,
  formsOf,
  laterOf,
  roundsOf,
  roundsOver,
  slowStartOf,
  stale,
  untouched,
  type Seen,
  type Still,
  type Visit,
} from "./reading.ts";

/** What any right fix does, however many backends there are. */
export function fixed(e: Evidence): readonly Claim[] {
  const played = roundsOf(e);
  const later = e.hasPhase("end") ? [...whoPays(e), ...slowStart(e), ...leftBehind(e)] : [];
  return [...newCode(played), ...theJob(e, played), ...later];
}

/** For an early no, of rounds that are over: what was seen in them adds up, or is the worst of all. */
export const early: Early = [(e) => newCode(roundsOver(e)), (e) => theJob(e, roundsOver(e))];

function newCode(played: readonly Seen[]) {
  return [
    ...played.map(({ round, all, servers }) =>
      claim.never(`new-code-at-${round}`, {
        says: `With ${servers.length} backends every app serves its new code after its reload`,
        times: stale(round, all).length,
      }),
    ),
    claim.count("no-strays", {
      says: "In no round do the reloads leave a backend with more than 4 processes more, or fewer",
      n: Math.max(
        ...played.flatMap(({ addedAt }) => everyBackend.map((b) => Math.abs(addedAt(b)))),
      ),
      atMost: 4,
    }),
    claim.never("restarted", {
      says: "Every reload starts the app anew",
      times: played.flatMap(({ all }) => all.filter(untouched)).length,
    }),
  ];
}

/** What the platform is for, beside the reloads. */
function theJob(e: Evidence, played: readonly Seen[]) {
  const apps = played.flatMap(({ all }) => all);
  const visits = apps.flatMap(({ before, after }) => [before, after]);
  return [
    claim.never("web-tabs", {
      says: "Every user's Web tab has a form that reloads his app",
      times: played[0]!.all.filter(({ user }) => !formsOf(e)[user]).length,
    }),
    claim.never("visits-answered", {
      says: "Every visit is answered by the visitor's own app, for the path that was asked for",
      times: visits.filter((visit) => !answered(visit)).length,
    }),
    claim.never("reloads-answered", {
      says: "Every reload is answered with success",
      times: apps.filter(({ reload }) => !succeeded(reload)).length,
    }),
    claim.never("code-kept", {
      says: "Until it is deployed and reloaded anew, every app serves the code that it was left with",
      times: played.flatMap(({ round, all }) =>
        all.filter(({ before }) => before.version !== rounds[round].version - 1),
      ).length,
    }),
    claim.never("in-service", {
      says: "Only backends in service answer visits",
      times: played.flatMap(({ servers, all }) =>
        all.filter((app) => [app.before, app.after].some((visit) => isElsewhere(servers, visit))),
      ).length,
    }),
    claim.value("spread", {
      says: "No backend in service runs more than twice its even share of the apps",
      measured: Math.max(...played.map(crowding)),
      atMost: 2,
      unit: "x",
    }),
    claim.never("all-in-use", {
      says: "Each backend in service runs at least a tenth of its even share of the apps",
      times: played.reduce((sum, round) => sum + idle(round), 0),
    }),
  ];
}

/** Where only some deploy and reload, the others have nothing of it, and so it stays. */
function whoPays(e: Evidence) {
  const { acting, others, looking, reloads, reloadsAgain, often: visitedOften } = laterOf(e);
  return [
    claim.never("some-new-code", {
      says: "Where only some reload, each of them gets his new code",
      times:
        reloads.filter((reload) => !succeeded(reload)).length +
        acting.filter((app) => app.after.version < some.version || untouched(app)).length,
    }),
    claim.never("others-untouched", {
      says: "And everybody else's app goes on in its own process, with the code that it had",
      times: others.filter(isDisturbed).length,
    }),
    claim.never("reload-again", {
      says: "A reload right after a reload counts: no app is left with the code of the first of them",
      times:
        reloadsAgain.filter((reload) => !succeeded(reload)).length +
        acting.filter((app) => app.after.version === some.version).length,
    }),
    claim.never("still-so", {
      says: "Half a minute later every app is answered by the same process, and what was saved meanwhile waits for its reload",
      times: looking.filter(isDisturbed).length,
    }),
    claim.never("process-lasts", {
      says: `An app's process lasts: ${often.times} visits in a row are all answered by the one that was there`,
      times: visitedOften.filter((app) => isDisturbed(app) || app.unlikeTheFirst > 0).length,
    }),
  ];
}

/** An app that takes long to load is waited for by its own visitors, and by nobody else. */
function slowStart(e: Evidence) {
  const { reload, wasLoading, end, others } = slowStartOf(e);
  const own = [succeeded(reload), wasLoading, answered(end) && end.version === slow.version];
  return [
    claim.value("slow-start-soon", {
      says: "While one user's app takes long to load, every visit to another app is answered within 5 s",
      measured: Math.max(...others.map(({ ms }) => ms)),
      atMost: 5000,
      unit: "ms",
      during: e.phase("slow"),
    }),
    claim.never("slow-start-others", {
      says: "And by that app, in the process that it had",
      times: others.filter(isDisturbed).length,
    }),
    claim.never("slow-start-own", {
      says: "The app that takes long to load is loaded from its reload on, which is answered with success, and later serves its new code",
      times: own.filter((ok) => !ok).length,
      during: e.phase("slow"),
      lateness: "raises", // nobody waits for an answer for longer than 20 s
    }),
  ];
}

const isDisturbed = (app: Still) => !answered(app.after) || !untouched(app);

const succeeded = ({ status }: { readonly status: number }) => status >= 200 && status < 300;

/** A visit that nobody's app answered was answered by no backend out of service. */
const isElsewhere = (servers: readonly number[], { backend }: Visit) =>
  backend > 0 && !servers.includes(backend);

const appsOn = ({ all }: Seen, backend: number) =>
  all.filter(({ after }) => after.backend === backend).length;

/** Apps on the fullest backend, as a multiple of an even share. */
const crowding = (round: Seen) =>
  (Math.max(...round.servers.map((b) => appsOn(round, b))) * round.servers.length) /
  round.all.length;

/** How many backends in service have next to nothing to do. */
const idle = (round: Seen) =>
  round.servers.filter((b) => appsOn(round, b) * round.servers.length < round.all.length / 10)
    .length;
