import { claim, type Evidence, type Figure } from "../../harness/scenario/index.ts";
import type { Judgement } from "../../harness/scenario/types.ts";
import { broken } from "./broken.ts";
import { often, some } from "./drive.ts";
import { early, fixed } from "./fixed.ts";
import { answered, roundsOf, seen, stale } from "./reading.ts";

/** Pure: from what the record holds to claims. */
export const judge: Judgement = { guards, figures, broken, fixed, early, contrast };

/** What the lab's users did; what they were answered is claimed. */
function guards(e: Evidence) {
  const played = roundsOf(e);
  const rounds = e.head.env["GROWS"] === "no" ? 2 : 3;
  const unanswered = played.some(({ all }) => !all.every(({ after }) => answered(after)));
  const nine = played.find(({ round }) => round === "nine");
  const well = nine !== undefined && !unanswered && stale("nine", nine.all).length === 0;
  return [
    {
      what: "all rounds, unless somebody gets no answer",
      ok: unanswered || played.length === rounds,
    },
    { what: "a last look, unless there is old code", ok: !well || e.hasPhase("end") },
    {
      what: "that in each round all of 450 users deploy, reload and look",
      ok:
        played.length > 0 &&
        e.load("deploy") >= 450 * played.length &&
        e.load("reload") >= 450 * played.length &&
        e.load("visit") >= 900 * played.length,
    },
    ...lastGuards(e),
  ];
}

function lastGuards(e: Evidence) {
  if (!e.hasPhase("end")) return [];
  const looks = Math.ceil(450 / some.looking) + 1;
  const inARow = often.times * Math.ceil(450 / often.every);
  return [
    {
      what: `that at the end a few apps are visited ${often.times} times each`,
      ok: e.load("visit", e.phase("end")) >= looks + inARow,
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

function contrast(broken: Evidence, fixed: Evidence) {
  if (!fixed.hasPhase("nine")) return [];
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
