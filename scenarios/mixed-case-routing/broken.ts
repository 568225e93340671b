import { claim, type Evidence } from "../../harness/scenario/index.ts";
import { everyBackend } from "./drive.ts";
import { pickAmong, type HashType } from "./hash.ts";
import { answered, seen, stale, untouched, type App, type Seen } from "./reading.ts";

const hashType = (e: Evidence) => (e.head.env["HASH_TYPE"] ?? "map-based") as HashType;

/** What the story tells, to the very numbers that the hash gives. */
export function broken(e: Evidence) {
  const [four, three, nine] = [seen(e, "four"), seen(e, "three"), seen(e, "nine")];
  const old = stale("nine", nine.all);
  return [
    hashType(e) === "consistent" ? astrayAsComputed(e, four) : noneAstrayAtFour(four),
    astrayAsComputed(e, three),
    astrayAsComputed(e, nine),
    claim.never("all-is-well", {
      says: "Every visit and every reload is answered 200, each visit by the visitor's own app",
      times: [four, three, nine].flatMap(({ all }) => all).filter(notAnswered).length,
    }),
    claim.never("lower-case-names-are-safe", {
      says: "No reload of a user with a lower-case name ever goes astray",
      times: [four, three, nine].flatMap(({ round, plain }) => stale(round, plain)).length,
    }),
    claim.count("the-two-users", {
      says: "Of nine, IronHand and JoeButy get their old code, from the same process, after a 200",
      n: old.filter((app) => isOfTheStory(app) && app.reload.status === 200 && untouched(app))
        .length,
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

const notAnswered = ({ before, reload, after }: App) =>
  !answered(before) || !answered(after) || reload.status !== 200;

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
