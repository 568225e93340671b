import { expect, test } from "vitest";
import type { DrillEvent } from "../../../harness/drill/events.ts";
import { postmortemText } from "../../../harness/drill/postmortem.ts";
import { timelineOf } from "../../../harness/drill/timeline.ts";

const startedAt = "2026-11-21T00:00:00.000Z";
const at = (seconds: number) => new Date(Date.parse(startedAt) + 1000 * seconds).toISOString();
const textOf = (events: readonly DrillEvent[]) =>
  postmortemText({
    ...{ title: "A title", cause: "A cause.", source: "a source", measured: [] },
    timeline: timelineOf(startedAt, events),
  });

test("what came before the symptom is told as that", () => {
  const text = textOf([
    { t: at(4), event: "shell" },
    { t: at(10), event: "symptom" },
    { t: at(30), event: "check", n: 1, verdict: "fixed" },
    { t: at(30), event: "fixed", n: 1 },
  ]);
  expect(text).toContain(
    "Before the symptom: a first look by 6.00 s. From the symptom to the first",
  );
  expect(text).toContain("to the first check 20.0 s, to a fix that holds 20.0 s.");
});

test("the guess is the first note; later ones are notes", () => {
  const text = textOf([
    { t: at(1), event: "guess", text: "the disk" },
    { t: at(2), event: "guess", text: "no, the network" },
    { t: at(3), event: "guess", text: "the disk\nafter all" },
  ]);
  expect(text).toMatch(
    /came of it\n\n> the disk\n\nNoted later:\n\n- no, .*\n- the disk after all\n/,
  );
});

test("that it is fixed is told once, by the check", () => {
  const { moments } = timelineOf(startedAt, [
    { t: at(3), event: "check", n: 1, verdict: "not fixed" },
    { t: at(9), event: "check", n: 2, verdict: "fixed" },
    { t: at(9), event: "fixed", n: 2 },
  ]);
  expect(moments.map(({ name, says }) => [name, says])).toEqual([
    ["check 1", "Check 1: not fixed"],
    ["fixed", "Check 2: fixed"],
  ]);
});
