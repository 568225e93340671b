import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { everyBackend, type Round } from "../../../../scenarios/mixed-case-routing/drive.ts";
import {
  seen as seenIn,
  stale,
  type App,
  type Visit,
} from "../../../../scenarios/mixed-case-routing/reading.ts";
import scenario from "../../../../scenarios/mixed-case-routing/scenario.ts";
import {
  eachContrastFailsAlone,
  eachFailsAlone,
  type LessBad,
  type Otherwise,
} from "../../../support/failing-alone.ts";
import type { Change } from "../../../support/spans.ts";
import { grown, observed, type Rows } from "../../../support/tampered.ts";

/*
 * What the fault left, with one thing put otherwise: the claim that speaks of it fails, and no other.
 */

type Look = "before" | "reload" | "after";

const seen = (rows: Rows, round: Round) => seenIn(evidenceOf(rows, scenario), round);

/** In one look of a round users saw this: a visit's numbers, or the first of them, in their order. */
const told = (
  rows: Rows,
  round: Round,
  look: Look,
  by: Readonly<Record<string, Partial<Visit>>>,
) => {
  const lists = Object.entries(by).map(([user, visit]) => [user, Object.values(visit)]);
  return observed(rows, `${round}: ${look}`, (all) => ({
    ...(all as object),
    ...(Object.fromEntries(lists) as object),
  }));
};

/** The apps that serve their new code. */
const renewed = (round: Round, apps: readonly App[]) => {
  const old = stale(round, apps);
  return apps.filter((app) => !old.includes(app));
};

/** From the reloads of a round on a backend has so many processes more. */
const strays = (rows: Rows, round: Round, by: Readonly<Record<number, number>>) =>
  grown(
    rows,
    `${round}-reload`,
    "pids",
    Object.fromEntries(Object.entries(by).map(([backend, n]) => [`backend-${backend}`, n])),
  );

/** One more reload goes astray: the old process goes on, and there is one too many where it came. */
const astray =
  (round: Round, who: "mixed" | "plain" = "mixed"): Change =>
  (rows) => {
    const { user, before, reload } = renewed(round, seen(rows, round)[who])[0]!;
    return strays(told(rows, round, "after", { [user]: before }), round, { [reload.backend]: 1 });
  };

/** Of a user who gets his new code, one look of a round comes to another backend. */
const elsewhere =
  (round: Round, look: Look): Change =>
  (rows) => {
    const { mixed, servers } = seen(rows, round);
    const app = renewed(round, mixed)[0]!;
    const backend = servers.find((id) => id !== app[look].backend)!;
    return told(rows, round, look, { [app.user]: { ...app[look], backend } });
  };

const refused: Change = (rows) => {
  const { user, reload } = seen(rows, "three").all[0]!;
  return told(rows, "three", "reload", { [user]: { ...reload, status: 500 } });
};

/** One of the two gets his new code; in his place another does not, whose reload came to the same backend. */
const another: Change = (rows) => {
  const { mixed } = seen(rows, "nine");
  const lucky = mixed.find(({ user }) => user === "IronHand")!;
  const other = renewed("nine", mixed).find(
    ({ reload }) => reload.backend === lucky.reload.backend,
  )!;
  const after = { ...lucky.before, version: other.after.version, birth: lucky.before.birth + 1 };
  return told(rows, "nine", "after", { [lucky.user]: after, [other.user]: other.before });
};

/** A process was started anew, and yet with the old code. */
const startedAnew: Change = (rows) => {
  const { user, after } = stale("nine", seen(rows, "nine").mixed).at(-1)!;
  return told(rows, "nine", "after", { [user]: { ...after, birth: after.birth + 1 } });
};

const otherwise = (first: string): readonly Otherwise[] => [
  [first, "one more of four", astray("four")],
  ["astray-at-three", "one more", astray("three")],
  ["astray-at-nine", "one more", astray("nine")],
  ["all-is-well", "a reload is refused", refused],
  ["lower-case-names-are-safe", "one goes astray", astray("three", "plain")],
  ["the-two-users", "another in the place of one", another],
  ["their-workers-live-on", "a process with old code is another", startedAnew],
  [
    "where-they-came",
    "a stray is on another backend",
    (rows) => strays(rows, "nine", { 8: 1, 9: -1 }),
  ],
  ["where-they-came", "a stray that no reload left", (rows) => strays(rows, "three", { 1: 1 })],
  ["as-computed", "a first visit", elsewhere("three", "before")],
  ["as-computed", "a reload", elsewhere("three", "reload")],
  ["as-computed", "a last visit", elsewhere("three", "after")],
];

/* Where each place is right, so is the sum: of the two numbers this one is never wrong alone. */
const noReload: Change = (rows) => strays(rows, "nine", { 9: 1 });
for (const [arm, first] of [
  ["broken", "none-astray-at-four"],
  ["consistent", "astray-at-four"],
] as const)
  eachFailsAlone(scenario, arm, otherwise(first), [["strays", ["where-they-came"], noReload]]);

/** The broken run, had it been less bad by just so much. */
const fewer: readonly LessBad[] = [
  [
    "fewer-on-old-code",
    "the fault left old code to 299",
    (broken) => {
      const { all } = seen(broken, "nine");
      const { version } = renewed("nine", all)[0]!.after;
      const lucky = stale("nine", all).slice(299);
      const after = lucky.map((app) => [app.user, { ...app.after, version }]);
      return told(broken, "nine", "after", Object.fromEntries(after));
    },
  ],
  [
    "fewer-strays",
    "the fault left 299 processes more than the fix, or a few less",
    (broken, fixed) => {
      const { added, addedAt } = seen(broken, "nine");
      const share = (299 + seen(fixed, "nine").added) / added;
      const by = everyBackend.map((b) => [b, Math.floor(share * addedAt(b)) - addedAt(b)]);
      return strays(broken, "nine", Object.fromEntries(by));
    },
  ],
];

for (const pair of [
  ["lower-at-balancer", "broken"],
  ["lower-consistent", "consistent"],
] as const)
  eachContrastFailsAlone(scenario, pair, fewer);
