import { beforeEach, describe, expect, test } from "vitest";
import { EnvironmentError } from "../../../harness/errors.ts";
import type { Watch } from "../../../harness/measure/index.ts";
import type { EventRow, Row, SampleSource, SampleValues } from "../../../harness/record/schema.ts";
import { MiB } from "../../../harness/testcontainers/index.ts";
import { createSeen } from "../../../harness/testcontainers/seen.ts";
import "../../../harness/vitest.ts";
import { head, values } from "../../support/rows.ts";

// What no container need be run for: rows as a watch tells them, on a clock that is set.
let rows: Row[];
let at: number;
let lost: AbortController;
beforeEach(() => {
  rows = [head()];
  at = 0;
  lost = new AbortController();
});

function seenOf(...names: string[]) {
  const watching: Pick<Watch, "lost"> = { lost: lost.signal };
  const parts = { names, rows, now: () => at, watching: watching as Watch, end: async () => {} };
  return createSeen(parts);
}

function introduce(service = "app", source: SampleSource = "cgroup-v2", t = 0) {
  const limits = { memory: null, pids: null, cpus: null };
  const hz = source === "stats-stream" ? 1 : source === "stats-oneshot" ? 5 : 20;
  rows.push({ type: "container", t, service, container: service, image: "x", source, hz, limits });
}

/** Samples at 20 Hz for so long, and the clock goes on with them. */
function sampled(ms: number, told: (t: number) => Partial<SampleValues>, service = "app") {
  for (const end = at + ms; at < end; at += 50)
    rows.push({ type: "sample", t: at, until: at, n: 1, service, ...values(told(at)) });
}

function event(action: EventRow["action"], exitCode?: number, service = "app") {
  rows.push({ type: "event", t: at, service, action, ...(exitCode !== undefined && { exitCode }) });
}

/** What is thrown in both directions: nothing holds, and nothing fails to. */
function thrownBoth(act: (asked: typeof expect) => unknown): string {
  const messages = [act, () => act(negated)].map((run) => {
    try {
      run(expect);
    } catch (error) {
      return (error as Error).message;
    }
    return "nothing";
  });
  expect(new Set(messages).size).toBe(1);
  return messages[0]!;
}
// oxlint-disable-next-line vitest/no-standalone-expect, vitest/valid-expect -- the matcher comes later
const negated = ((value: unknown) => expect(value).not) as unknown as typeof expect;

/** A level of 10 MiB, then 1 MiB more each 100 ms. */
function climbing() {
  introduce();
  const seen = seenOf("app");
  sampled(1000, () => ({ anon: 10 * MiB, processes: 1, oomKills: 0 }));
  seen.mark();
  for (let i = 1; i <= 20; i += 1) {
    seen.call();
    sampled(100, () => ({ anon: (10 + i) * MiB, processes: 1 + (i % 4), oomKills: 0 }));
  }
  return seen;
}

test("below is less, also for a number of things", () => {
  const seen = climbing();
  expect(seen.memory("anon")).toStayBelow(30 * MiB + 1);
  expect(seen.memory("anon")).not.toStayBelow(30 * MiB);
  expect(seen.processes()).toStayBelow(5);
  expect(seen.processes()).not.toStayBelow(4);
});

test("a failure says what was measured, when, and what was asked", () => {
  const seen = climbing();
  expect(() => expect(seen.memory("anon")).toStayBelow(20 * MiB)).toThrow(
    "anonymous memory of app: measured 30 MiB after 1.9 s, and should stay below 20 MiB (40 samples in 2.0 s, cgroup-v2)",
  );
  expect(() => expect(seen.memory("anon")).toRiseBy({ atMost: 5 * MiB })).toThrow(
    "measured 20 MiB after 1.9 s, and should rise by at most 5 MiB",
  );
  expect(() => expect(seen.memory("anon")).not.toGrowPerCall(0.5 * MiB)).toThrow(
    "measured 1 MiB/call over 2.0 s, and should not grow by at least 512 KiB/call",
  );
});

test("a rise is told from the level just before the mark, not from long ago", () => {
  const seen = climbing();
  expect(seen.memory("anon")).toRiseBy(20 * MiB);
  expect(seen.memory("anon")).not.toRiseBy(20 * MiB + 1);
  sampled(1500, () => ({ anon: 30 * MiB }));
  seen.mark();
  sampled(500, () => ({ anon: 31 * MiB }));
  expect(seen.memory("anon")).toRiseBy({ atLeast: MiB, atMost: MiB });
});

test("the level before the mark is told by enough samples, however few a busy machine took", () => {
  introduce();
  for (const end = at + 900; at < end; at += 90)
    rows.push({ type: "sample", t: at, until: at, n: 1, service: "app", ...values({ anon: MiB }) });
  const seen = seenOf("app");
  seen.mark();
  sampled(300, () => ({ anon: 3 * MiB }));
  expect(seen.memory("anon")).toRiseBy({ atLeast: 2 * MiB, atMost: 2 * MiB });
});

test("a short spike counts by the kernel's own peak, and none from before the mark", () => {
  introduce();
  const seen = seenOf("app");
  sampled(500, () => ({ current: 10 * MiB, peak: 90 * MiB }));
  seen.mark();
  sampled(500, () => ({ current: 10 * MiB, peak: 90 * MiB }));
  expect(seen.memory("current")).toStayBelow(11 * MiB);
  sampled(500, () => ({ current: 10 * MiB, peak: 200 * MiB }));
  expect(seen.memory("current")).not.toStayBelow(200 * MiB);
});

describe("what was not seen neither passes nor fails, with `not` as without:", () => {
  test("too few samples", () => {
    const seen = climbing();
    seen.mark();
    sampled(100, () => ({ anon: 1 }));
    const told = thrownBoth((ask) => ask(seen.memory("anon")).toStayBelow(MiB));
    expect(told).toMatch(/only 2 samples of app anon .* Say `await seen\.caughtUp\(\)` before/);
  });
  test("a gap", () => {
    const seen = climbing();
    seen.mark();
    sampled(1000, () => ({ anon: 1 }));
    at += 1000;
    sampled(1000, () => ({ anon: 1 }));
    expect(thrownBoth((ask) => ask(seen.memory("anon")).toStayBelow(MiB))).toContain(
      "Nobody watched app anon for 3",
    );
  });
  test("what came just now", () => {
    const seen = climbing();
    at += 250;
    expect(thrownBoth((ask) => ask(seen.memory("anon")).toRiseBy(MiB))).toContain(
      "The last sample of app is of 0.3 s ago. Say `await seen.caughtUp()`",
    );
  });
  test("a container that is gone", () => {
    const seen = climbing();
    event("die", 3);
    at += 500;
    const ended = "app ended with exit code 3 after 2.0 s.";
    expect(thrownBoth((ask) => ask(seen.memory("anon")).toStayBelow(100 * MiB))).toBe(ended);
    expect(thrownBoth((ask) => ask(seen).toHaveBeenKilled())).toBe(ended);
  });
  test("what this engine does not tell", () => {
    introduce("app", "stats-oneshot");
    const seen = seenOf("app");
    for (; at < 2000; at += 200)
      rows.push({ type: "sample", t: at, until: at, n: 1, service: "app", ...values({ pids: 2 }) });
    seen.mark();
    expect(thrownBoth((ask) => ask(seen.processes()).toStayBelow(4))).toContain(
      "This engine's statistics do not tell processes; cgroup files do",
    );
  });
  test("calls that nobody counted", () => {
    const seen = climbing();
    seen.mark();
    sampled(500, () => ({ anon: 1 }));
    expect(thrownBoth((ask) => ask(seen.memory("anon")).toGrowPerCall(1))).toContain("seen.call()");
  });
  test("a watch that was lost", () => {
    const seen = climbing();
    lost.abort(new EnvironmentError("EVENTS_LOST", "The engine stopped telling."));
    expect(thrownBoth((ask) => ask(seen.memory("anon")).toStayBelow(1))).toContain(
      "stopped telling",
    );
    expect(thrownBoth((ask) => ask(seen).toHaveBeenKilled())).toContain("stopped telling");
  });
  test("a bound that is none, or what was not measured", () => {
    const seen = climbing();
    const loose = (bound: unknown) => bound as number;
    for (const bound of [Number.NaN, undefined, "150 MiB"])
      expect(thrownBoth((ask) => ask(seen.memory("anon")).toStayBelow(loose(bound)))).toContain(
        `a bound is a number, as 4 or 150 * MiB, not ${String(bound)}`,
      );
    expect(thrownBoth((ask) => ask(seen.memory("anon")).toRiseBy({}))).toContain("no bound");
    expect(thrownBoth((ask) => ask(seen).toStayBelow(1))).toContain('expect(seen.memory("anon"))');
    expect(thrownBoth((ask) => ask(12).toHaveBeenKilled())).toContain("await watch(...)");
  });
});

test("a kill is one that the kernel counted since the mark, or that ended it", () => {
  introduce();
  const seen = seenOf("app");
  sampled(500, () => ({ oomKills: 1 }));
  seen.mark();
  sampled(500, () => ({ oomKills: 1 }));
  expect(seen).not.toHaveBeenKilled();
  sampled(500, () => ({ oomKills: 2 }));
  expect(seen).toHaveBeenKilled();
  expect(() => expect(seen).not.toHaveBeenKilled()).toThrow("has killed once in app");
});

test("of several containers each is judged by its name, and a kill in any is one", () => {
  introduce("app");
  introduce("db");
  const seen = seenOf("app", "db");
  for (; at < 1000; at += 50)
    for (const service of ["app", "db"]) {
      const told = {
        anon: service === "db" ? 50 : 5,
        oomKills: service === "db" && at > 500 ? 1 : 0,
      };
      rows.push({ type: "sample", t: at, until: at, n: 1, service, ...values(told) });
    }
  expect(seen.memory("anon", "app")).toStayBelow(6);
  expect(seen.memory("anon", "db")).not.toStayBelow(6);
  expect(seen).toHaveBeenKilled();
  expect(seen).not.toHaveBeenKilled("app");
  expect(thrownBoth((ask) => ask(seen.memory("anon")).toStayBelow(6))).toBe(
    "Several are watched; there are app, db.",
  );
});

test("what was seen before the watch was stopped is judged after", async () => {
  const seen = climbing();
  await seen.stop();
  at += 10_000;
  event("die", 0);
  expect(seen.memory("anon")).toStayBelow(31 * MiB);
});
