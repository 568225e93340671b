import { describe, expect, test } from "vitest";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import { MiB } from "../../../../harness/judge/units.ts";
import scenario from "../../../../scenarios/mixed-case-routing/scenario.ts";
import { some } from "../../../../scenarios/mixed-case-routing/drive.ts";
import { good, recordOf, users, type Good } from "./good-record.ts";

const judged = (record: Good) => judgeArm(scenario, recordOf(record, "lower-at-balancer"));
const failed = (record: Good) => judged(record).claims.flatMap(({ id, ok }) => (ok ? [] : [id]));

const [STATUS, BACKEND, VERSION, BIRTH, BESIDES] = [0, 1, 3, 4, 5] as const;
type Field = typeof STATUS | typeof BACKEND | typeof VERSION | typeof BIRTH | typeof BESIDES;

/** Of one user and one look, a number was another one. */
const told = (name: string, user: number, field: Field, value: number) => (record: Good) => {
  record.told[name]![users[user]!]![field] = value;
};

/** At the end of a phase these boxes hold more of something. */
const held = (
  phase: string,
  metric: "pids" | "anon" | "workingSet" | "fds" | "sockets" | "shmem",
  more: number,
  boxes = ["backend-9"],
) => {
  return (record: Good) => {
    for (const box of boxes) record.held[box]![phase]![metric] += more;
  };
};

/** Apps of backend 4, while the third is out, run on the other two. */
function crowdTogether({ told: seen }: Good) {
  for (const [i, user] of users.entries()) {
    const visit = seen["three: after"]![user]!;
    if (visit[BACKEND] === 4) visit[BACKEND] = 1 + (i % 2);
  }
}

function crowdOnOne({ told: seen }: Good) {
  for (const user of users.slice(0, 300)) seen["four: after"]![user]![BACKEND] = 1;
}

function sameLife({ told: seen }: Good) {
  const [before, after] = ["three: before", "three: after"].map((name) => seen[name]![users[7]!]!);
  after![BIRTH] = before![BIRTH]!;
}

/** After the reloads of some, and so it is from then on. */
function anewOnce({ told: seen }: Good) {
  for (const look of ["some: after", "slow: others"]) seen[look]![users[11]!]![BIRTH] = 1;
}

const backends = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `backend-${n}`);

test("what a right fix does is fixed", () => {
  expect(failed(good())).toEqual([]);
  expect(judged(good()).verdict).toBe("fixed");
});

describe("one thing amiss fails the claim that speaks of it, and no other", () => {
  test.each<[string, string, (record: Good) => void]>([
    ["new-code-at-four", "one app serves old code", told("four: after", 7, VERSION, 1)],
    ["new-code-at-three", "one app serves old code", told("three: after", 7, VERSION, 2)],
    ["new-code-at-nine", "one app serves old code", told("nine: after", 7, VERSION, 3)],
    ["no-strays", "five strays", held("three-reload", "pids", 5)],
    ["restarted", "the same process, which loaded no code", sameLife],
    ["web-tabs", "a Web tab without a form", ({ forms }) => void (forms[users[7]!] = "")],
    ["visits-answered", "an error page", told("three: before", 7, STATUS, 500)],
    ["reloads-answered", "an error page", told("three: reload", 7, STATUS, 500)],
    ["code-kept", "yesterday's code", told("three: before", 7, VERSION, 1)],
    ["in-service", "a backend that is out answers", told("three: before", 7, BACKEND, 3)],
    ["spread", "most run on one backend", crowdOnOne],
    ["all-in-use", "one backend runs nothing", crowdTogether],
    ["some-new-code", "one of the few gets old code", told("some: after", 10, VERSION, 4)],
    ["some-new-code", "one of the few gets an error", told("some: reload", 10, STATUS, 502)],
    ["reload-again", "one has what he saved first", told("some: after", 10, VERSION, some.version)],
    ["reload-again", "the second gets an error", told("some: reload again", 10, STATUS, 429)],
    ["others-untouched", "a neighbour starts anew", anewOnce],
    ["still-so", "an app starts anew later", told("end: after", 15, BIRTH, 1)],
    ["still-so", "an app is gone later", told("end: after", 15, STATUS, 503)],
    ["process-lasts", "another process at last", told("end: often", 150, BIRTH, 1)],
    ["process-lasts", "another one in between", told("end: often", 150, BESIDES, 1)],
    ["process-lasts", "an error at last", told("end: often", 150, STATUS, 502)],
    ["slow-start-soon", "one visitor waits", told("slow: others", 7, BESIDES, 5001)],
    ["slow-start-others", "a neighbour starts anew", told("slow: others", 7, BIRTH, 1)],
    ["slow-start-others", "a neighbour is gone", told("slow: others", 7, STATUS, 503)],
    ["slow-start-own", "it is not loaded", (record) => void (record.wasLoading = false)],
    ["slow-start-own", "the old code stays", told("end: slow", 1, VERSION, 4)],
    ["slow-start-own", "code that waits for a reload", told("end: slow", 1, VERSION, some.saved)],
    ["slow-start-own", "it never comes", told("end: slow", 1, STATUS, 504)],
    ["slow-start-own", "its reload gets an error", told("slow: reload", 1, STATUS, 504)],
    ["processes-level", "strays appear later", held("quiet", "pids", 5)],
    ["memory-level", "a backend keeps memory", held("quiet", "anon", 17 * MiB)],
    ["memory-level", "a backend keeps files", held("quiet", "workingSet", 17 * MiB)],
    ["balancer-level", "it keeps memory", held("quiet", "anon", 5 * MiB, ["balancer"])],
    ["memory-per-app", "all a little more", held("quiet", "anon", 15 * MiB, backends)],
    ["sockets-level", "sockets stay", held("quiet", "sockets", 17, ["balancer"])],
    ["descriptors-level", "files stay open", held("quiet", "fds", 25)],
    ["tmpfs-level", "files that are memory", held("quiet", "shmem", 2 * MiB)],
  ])("%s: %s", (id, _, spoil) => {
    const record = good();
    spoil(record);
    expect(failed(record)).toEqual([id]);
    expect(judged(record).verdict).toBe("not fixed");
  });
});

test("a platform that stops answering is not fixed, though the drive goes no further", () => {
  const record = good();
  record.phases = record.phases.slice(0, 4);
  for (const visit of Object.values(record.told["four: after"]!)) visit.fill(0);
  expect(failed(record)).toContain("visits-answered");
  expect(judged(record).verdict).toBe("not fixed");
});

test("where all is well, nothing is said without the last look", () => {
  const record = good();
  record.phases = record.phases.slice(0, -1);
  expect(judged(record).verdict).toBe("inconclusive");
});

test("nothing is said where the apps were not visited often at the end", () => {
  const record = good();
  record.lastVisits -= 1;
  expect(judged(record).verdict).toBe("inconclusive");
});
