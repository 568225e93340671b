import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { inside } from "../../../../harness/judge/window.ts";
import type { Json } from "../../../../harness/record/schema.ts";
import {
  jobOf,
  runOf,
  type Phase,
  type Run,
} from "../../../../scenarios/debug-env-leak/reading.ts";
import scenario from "../../../../scenarios/debug-env-leak/scenario.ts";
import {
  eachContrastFailsAlone,
  eachFailsAlone,
  type Otherwise,
} from "../../../support/failing-alone.ts";
import { all, sampled, scaled, span, spared, type Change } from "../../../support/spans.ts";
import { observed, type Rows } from "../../../support/tampered.ts";

/*
 * What the fault left, with one thing put otherwise: the claim that speaks of it fails, and no other.
 */

const evidence = (rows: Rows) => evidenceOf(rows, scenario);

const saw =
  (name: string, value: Json): Change =>
  (rows) =>
    observed(rows, name, () => value);

/** A job of the worker left something else. */
const job =
  (phase: Phase, other: (rows: Rows) => Partial<Run>): Change =>
  (rows) =>
    observed(rows, jobOf(phase), (run) => ({ ...(run as Run), ...other(rows) }));

const lastKey = (rows: Rows, phase: Phase) => runOf(evidence(rows), phase).lastKey;

/** The third import falls over by itself. */
const twoKills: Change = (rows) => {
  const during = span(rows, "flushed", "loop");
  const ended = job("flushed", () => ({ exitCode: 1 }))(spared(rows, "worker", during));
  return ended.map((row) =>
    row.type === "event" && row.action === "die" && inside(during, row.t)
      ? { ...row, exitCode: 1 }
      : row,
  );
};

/** All rows together cost what they did, but the last nearly twice what the first does. */
const bent: Change = (rows) => {
  const during = span(rows, "empty", "leftovers");
  const [low, high] = [
    evidence(rows).lowest("worker", "anon", during),
    evidence(rows).highest("worker", "anon", during),
  ];
  return sampled(rows, "worker", during, ({ anon }) => {
    const share = (anon! - low) / (high - low);
    return { anon: anon! + 0.3 * share * (share - 1) * (high - low) };
  });
};

const otherwise: readonly Otherwise[] = [
  ["killed-by-the-kernel", "two of three times", twoKills],
  [
    "dies-at-another-key",
    "one key further on",
    job("leftovers", (rows) => ({
      lastKey: 1 + Math.max(lastKey(rows, "empty"), lastKey(rows, "flushed")),
    })),
  ],
  ["the-deadly-key-passes", "it does not", saw("the deadly key stored", 0)],
  [
    "and-the-other-way-round",
    "it dies at the same key as the second",
    job("flushed", (rows) => ({ lastKey: lastKey(rows, "leftovers") })),
  ],
  ["bytes-per-row", "a row costs half", scaled("worker", "anon", 1 / 2, "empty", "leftovers")],
  ["in-a-straight-line", "each costs more than the one before", bent],
  ["bare-loop-leaks", "a call keeps a tenth", scaled("worker", "anon", 1 / 10, "loop")],
  ["debug-is-on", "one command runs without it", job("loop", () => ({ isOn: false }))],
  ["debug-is-on", "one is given another word", job("loop", () => ({ given: "False" }))],
  ["looks-right-from-outside", "the platform's is seen", saw("DEBUG by docker exec", "agent")],
];

eachFailsAlone(scenario, "broken", otherwise);

const hardlyMore = all(
  scaled("worker", "current", 1 / 20, "empty", "leftovers"),
  scaled("worker", "peak", 1 / 20, "empty", "leftovers"),
);
eachContrastFailsAlone(
  scenario,
  ["hard-coded", "broken"],
  [["less-memory", "the failure's peak was hardly higher", hardlyMore]],
);
