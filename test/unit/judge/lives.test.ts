import { describe, expect, test } from "vitest";
import { evidenceOf } from "../../../harness/judge/evidence.ts";
import { livesOf } from "../../../harness/judge/lives.ts";
import { rowsByService } from "../../../harness/judge/rows.ts";
import type { Row, SampleValues } from "../../../harness/record/schema.ts";
import { container, event, head, sample, tail } from "./synthetic.ts";

/** Samples of a box every 50 ms, each with these values. */
const steady = (from: number, to: number, given: Partial<SampleValues>) =>
  Array.from({ length: (to - from) / 50 }, (_, i) =>
    sample(from + i * 50, { current: 5, ...given }),
  );
const inOrder = (rows: readonly Row[]) => rows.toSorted((a, b) => a.t - b.t);
const evidence = (...rows: Row[]) =>
  evidenceOf([head("broken", "broken"), container(0), ...inOrder(rows), tail(4100)]);
const lives = (...rows: Row[]) => livesOf(rowsByService(inOrder(rows)).get("box")!);

describe("lives", () => {
  test("begin with the engine's word, and end with it", () => {
    const found = lives(
      event(0, "start"),
      ...steady(50, 1000, { oomKills: 1 }),
      event(1010, "die"),
      event(1500, "start"),
      ...steady(1550, 2000, { oomKills: 1 }),
    );
    expect(found.map(({ from, to }) => [from, to])).toEqual([
      [0, 1010],
      [1500, Infinity],
    ]);
  });

  test("begin where a counter falls, should the engine not have told", () => {
    const found = lives(...steady(0, 1000, { cpuMs: 70 }), ...steady(1000, 2000, { cpuMs: 3 }));
    expect(found.map(({ samples }) => samples.length)).toEqual([20, 20]);
  });
});

describe("kills", () => {
  const killed = (oomKills: number) =>
    evidence(
      event(0, "start"),
      ...steady(0, 1000, { oomKills: 0 }),
      ...steady(1000, 4000, { oomKills }),
    );

  test("are counted by the kernel where the engine said nothing", () => {
    expect(killed(3).oomKills("box")).toBe(3);
    expect(killed(3).oomKills("box", { from: 2000, to: 4000 })).toBe(0);
    expect(killed(3).firstOomKill("box")).toBe(1000);
    expect(killed(0).firstOomKill("box")).toBeUndefined();
  });

  test("are what the kernel counts, however often the engine speaks of one", () => {
    const e = evidence(
      ...steady(0, 1000, { oomKills: 0 }),
      ...[1, 2, 3, 4, 5].map((i) => event(990 + i, "oom")),
      ...steady(1000, 4000, { oomKills: 1 }),
    );
    expect(e.oomKills("box")).toBe(1);
    expect(e.firstOomKill("box")).toBe(991);
  });

  test("in the last instants of a container are told by the engine alone, and not missed", () => {
    const e = evidence(...steady(0, 4000, { oomKills: 0 }), event(3990, "oom"), event(3995, "die"));
    expect(e.oomKills("box")).toBe(1);
    expect(e.firstOomKill("box")).toBe(3990);
  });

  test("are summed over lives, in each of which the count begins again", () => {
    const e = evidence(
      event(0, "start"),
      ...steady(0, 1000, { oomKills: 0 }),
      ...steady(1000, 2000, { oomKills: 2 }),
      event(2010, "die"),
      event(2100, "start"),
      ...steady(2150, 3000, { oomKills: 0 }),
      ...steady(3000, 4000, { oomKills: 1 }),
    );
    expect(e.oomKills("box")).toBe(3);
    expect(e.oomKills("box", { from: 2100, to: 4000 })).toBe(1);
  });

  test("are counted by the engine's events where no source counts them", () => {
    const e = evidence(...steady(0, 4000, {}), event(100, "oom"), event(200, "oom"));
    expect(e.oomKills("box")).toBe(2);
    expect(e.oomKills("box", { from: 150, to: 4000 })).toBe(1);
  });

  test("cannot be denied of a time that nobody watched, nor of a box that nobody knows", () => {
    const unwatched = evidence(
      ...steady(0, 1000, { oomKills: 0 }),
      ...steady(3000, 4000, { oomKills: 0 }),
    );
    expect(() => unwatched.oomKills("box")).toThrow("Nobody watched");
    expect(() => unwatched.oomKills("bocks")).toThrow('no service "bocks"');
    expect(() => evidence(...steady(0, 4000, {})).oomKills("box")).toThrow("no word");
  });
});

describe("an end by a kill", () => {
  const ended = (...rows: Row[]) =>
    evidence(event(0, "start"), ...steady(50, 4000, { oomKills: 0 }), ...rows);
  const died: Row = { type: "event", t: 3990, service: "box", action: "die", exitCode: 137 };

  test("of which nobody told is no proof that there was none", () => {
    for (const ask of ["oomKills", "firstOomKill"] as const)
      expect(() => ended(died)[ask]("box")).toThrow(
        'no word of what killed "box" at 4.0 s: it ended with 137',
      );
    expect(ended(died).oomKills("box", { from: 0, to: 3000 })).toBe(0);
  });

  test.each([
    ["the engine's own kill", [event(3980, "kill"), died], 0],
    ["the kernel's", [event(3985, "oom"), died], 1],
    ["an end of another kind", [{ ...died, exitCode: 1 }], 0],
  ])("is told by %s", (_, rows, kills) => {
    expect(ended(...rows).oomKills("box")).toBe(kills);
  });
});

describe("peaks", () => {
  const restarted = (first: number, second: number) =>
    evidence(
      event(0, "start"),
      ...steady(0, 1000, { peak: first }),
      event(1010, "die"),
      event(1100, "start"),
      ...steady(1100, 4000, { peak: second }),
    );

  test("after a restart begin again, and a spike lower than the old one is not missed", () => {
    expect(restarted(900, 300).peak("box", { from: 1050, to: 4000 })).toBe(300);
    expect(restarted(300, 900).peak("box")).toBe(900);
    expect(restarted(900, 300).peak("box")).toBe(900);
  });

  test("of a life that had its spike before the window are not the window's", () => {
    expect(restarted(900, 300).peak("box", { from: 500, to: 4000 })).toBe(300);
  });
});

test("exit codes and starts are the engine's words", () => {
  const died: Row = { type: "event", t: 1000, service: "box", action: "die", exitCode: 137 };
  const e = evidence(event(0, "start"), died, event(1100, "start"));
  expect(e.exitCodes("box")).toEqual([137]);
  expect(e.exitCodes("box", { from: 1001, to: 4000 })).toEqual([]);
  expect(e.starts("box")).toBe(2);
  expect(() => evidence(event(10, "die")).exitCodes("box")).toThrow("exit code");
});
