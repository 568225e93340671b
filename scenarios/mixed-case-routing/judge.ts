import { claim, type Evidence, type Figure } from "../../harness/scenario/index.ts";
import type { Judgement } from "../../harness/scenario/types.ts";
import { everyBackend } from "./drive.ts";
import { pickAmong, type HashType } from "./hash.ts";
import { roundsOf, seen, stale, untouched, type App, type Seen } from "./reading.ts";

/** Pure: from what the record holds to claims. */
export const judge: Judgement = { guards, figures, broken, fixed, contrast };

const hashType = (e: Evidence) => (e.head.env["HASH_TYPE"] ?? "map-based") as HashType;

function guards(e: Evidence) {
  const played = roundsOf(e);
  return [
    {
      what: "all rounds",
      ok: played.length === (e.head.env["GROWS"] === "no" ? 2 : 3),
    },
    {
      what: "that at first every app of 450 users serves version 1",
      ok:
        played[0]?.all.length === 450 && played[0].all.every(({ before }) => before.version === 1),
    },
    {
      what: "that the balancer had the backends of each round in service",
      ok: played.every(({ round, servers }) => e.number(`${round}: in service`) === servers.length),
    },
    {
      what: "that in each round everybody reloads, and is answered 200",
      ok:
        e.load("reload") === 450 * played.length &&
        played.every(({ all }) => all.every(({ reload }) => reload.status === 200)),
    },
  ];
}

function figures(e: Evidence): Record<string, Figure> {
  const played = roundsOf(e);
  const lastFirst = played.toReversed();
  const told: [string, number][] = [
    ...lastFirst.map(({ round, mixed }): [string, number] => [
      `oldCodeAt_${round}`,
      stale(round, mixed).length,
    ]),
    ...lastFirst.flatMap(({ round, plain, added }): [string, number][] => [
      [`oldCodeOfLowerCaseNamesAt_${round}`, stale(round, plain).length],
      [`processesAddedAt_${round}`, added],
      [`restartsOrderedAt_${round}`, e.number(`${round}: restarts ordered`)],
    ]),
  ];
  const [four, , nine] = played;
  if (four && nine) {
    const unlucky = stale("four", four.mixed).map(({ user }) => user);
    const later = stale("nine", nine.mixed).filter(({ user }) => !unlucky.includes(user));
    told.push(["luckyAtFour", four.mixed.length - unlucky.length]);
    told.push(["luckyAtFourButNotAtNine", later.length]);
  }
  return Object.fromEntries(told.map(([name, value]) => [name, { value, unit: "1" }]));
}

function broken(e: Evidence) {
  const [four, three, nine] = [seen(e, "four"), seen(e, "three"), seen(e, "nine")];
  const old = stale("nine", nine.all);
  return [
    hashType(e) === "consistent" ? astrayAsComputed(e, four) : noneAstrayAtFour(four),
    astrayAsComputed(e, three),
    astrayAsComputed(e, nine),
    claim.never("lower-case-names-are-safe", {
      says: "No reload of a user with a lower-case name ever goes astray",
      times: [four, three, nine].flatMap(({ round, plain }) => stale(round, plain)).length,
    }),
    claim.count("the-two-users", {
      says: "Of nine, IronHand and JoeButy get their old code, from the same process, after a 200",
      n: old.filter((app) => isOfTheStory(app) && untouched(app)).length,
      exactly: 2,
    }),
    claim.count("their-workers-live-on", {
      says: "Every app on old code is answered by the same process as before its reload",
      n: old.filter(untouched).length,
      exactly: atLeastOne(old),
    }),
    claim.count("strays", {
      says: "Each reload that went astray leaves one more process, on another backend",
      n: nine.added,
      exactly: atLeastOne(old),
    }),
    claim.never("where-they-came", {
      says: "Each backend has as many processes more as reloads came astray to it",
      times: [four, three, nine].reduce((sum, round) => sum + misplaced(round), 0),
    }),
    claim.never("as-computed", {
      says: "HAProxy's hash, computed, names the backend of every visit and every reload",
      times: [four, three, nine].reduce((sum, round) => sum + mispredicted(e, round), 0),
    }),
  ];
}

/** Where nothing went astray there is nothing to be said of it. */
const atLeastOne = ({ length }: readonly App[]) => Math.max(1, length);

function noneAstrayAtFour({ round, mixed }: Seen) {
  return claim.never("none-astray-at-four", {
    says: "With four backends no reload goes astray: 4 divides 32",
    times: stale(round, mixed).length,
  });
}

/**
 * The names are the same in each run, and so is their number astray: chance has no part in it. What
 * the hash spreads evenly it is no more than near to 1 - 1/N.
 */
function astrayAsComputed(e: Evidence, { round, mixed, servers }: Seen) {
  const pick = pickAmong(hashType(e), servers);
  const astray = mixed.filter(({ domain }) => pick(domain) !== pick(domain.toLowerCase()));
  return claim.count(`astray-at-${round}`, {
    says: `Of ${servers.length} backends the reloads of ${mixed.length} mixed-case names miss the right one as often as computed`,
    n: stale(round, mixed).length,
    exactly: atLeastOne(astray),
  });
}

/** How many processes are more, or fewer, than the reloads that came astray to a backend. */
function misplaced({ round, all, addedAt }: Seen): number {
  const astray = stale(round, all);
  const came = (backend: number) => astray.filter(({ reload }) => reload.backend === backend);
  return everyBackend.reduce((sum, b) => sum + Math.abs(addedAt(b) - came(b).length), 0);
}

const isOfTheStory = ({ user }: App) => /^(ironhand|joebuty)$/i.test(user);

/** How many apps' visits or reloads came to another backend than the hash says. */
function mispredicted(e: Evidence, { servers, all }: Seen): number {
  const pick = pickAmong(hashType(e), servers);
  return all.filter(
    ({ domain, before, reload, after }) =>
      before.backend !== pick(domain.toLowerCase()) ||
      after.backend !== before.backend ||
      reload.backend !== pick(domain),
  ).length;
}

/** What any right fix does, however many backends there are. */
function fixed(e: Evidence) {
  const played = roundsOf(e);
  return [
    ...played.map(({ round, all, servers }) =>
      claim.never(`new-code-at-${round}`, {
        says: `With ${servers.length} backends every app serves its new code after its reload`,
        times: stale(round, all).length,
      }),
    ),
    claim.never("no-strays", {
      says: "In no round do the reloads leave a backend with a process more, or fewer, than it had",
      times: Math.max(
        ...played.flatMap(({ addedAt }) => everyBackend.map((b) => Math.abs(addedAt(b)))),
      ),
    }),
    claim.never("restarted", {
      says: "Every reload makes an end of the process that ran the app",
      times: played.flatMap(({ all }) => all.filter(untouched)).length,
    }),
  ];
}

function contrast(broken: Evidence, fixed: Evidence) {
  const [before, after] = [seen(broken, "nine"), seen(fixed, "nine")];
  return [
    claim.count("fewer-on-old-code", {
      says: "With nine backends at least 300 apps more get their new code than without the fix",
      n: stale("nine", before.all).length - stale("nine", after.all).length,
      atLeast: 300,
    }),
    claim.count("fewer-strays", {
      says: "With nine backends the reloads leave at least 300 processes fewer than without the fix",
      n: before.added - after.added,
      atLeast: 300,
    }),
  ];
}
