import {
  claim,
  type Evidence,
  type Figure,
  is,
  type Judgement,
  KiB,
} from "../../harness/scenario/index.ts";
import { calls } from "./drive.ts";
import { early, fixed, isWellAgain, isWellSoFar } from "./fixed.ts";
import { gainPerRow, isBrokenOff, killedRuns, memoryPerRow } from "./reading.ts";
import { type Phase, runOf, runs } from "./reading.ts";

const textBytes = 100 * KiB;

export const judge: Judgement = {
  guards: (e) => [
    {
      what: "the worker was given the import",
      ok: e.load("jobs", e.phase("empty")) === 1,
    },
    {
      what: "database and bucket stayed up",
      ok: [...e.exitCodes("postgres"), ...e.exitCodes("bucket")].length === 0,
    },
    {
      what: "the bare loop made all its calls, and no broken arm was spared it",
      ok: e.hasPhase("loop") ? runOf(e, "loop").rows === calls : e.head.role !== "broken",
    },
    {
      what: "an import was broken off, unless it had ended",
      ok: isTried(e),
    },
    {
      what: "who imported well was asked again, and looked at in the end",
      ok: isSeenToTheEnd(e),
    },
  ],
  figures,
  broken: (e) => [...deaths(e), ...leak(e), ...cause(e)],
  fixed,
  early,
  contrast: (broken, fixed) => [
    claim.ratio("less-memory", {
      says: "The broken import's peak is at least 3 times the fixed one's",
      of: importPeak(broken),
      to: importPeak(fixed),
      atLeast: 3,
    }),
  ],
};

/** The failing arms have their own steps, and so has the machine at home. */
const hasOwnSteps = (e: Evidence) => e.head.role === "broken" || e.hasPhase("loop");

/** Nobody else is spared the deployment in mid-import. */
const isTried = (e: Evidence) =>
  hasOwnSteps(e) || isBrokenOff(e) || e.exitCodes("worker", e.phase("first try")).length > 0;

/** Of those who are tried, none may be spared what it could fail at. */
function isSeenToTheEnd(e: Evidence): boolean {
  if (hasOwnSteps(e)) return true;
  if (!e.hasPhase("again")) return !isWellSoFar(e);
  return e.hasPhase("last look") || !isWellAgain(e);
}

const importPeak = (e: Evidence) => e.peak("worker", e.phase("empty"));

/** That it is killed, and where. */
function deaths(e: Evidence) {
  const killed = killedRuns(e);
  const diedAt = (phase: Phase) => killed.find((run) => run.phase === phase)?.lastKey ?? 0;
  return [
    claim.count("killed-by-the-kernel", {
      says: "The kernel's OOM killer ends the import in its 512 MiB box: from empty, on what that left, and from empty again",
      n: killed.length,
      exactly: 3,
    }),
    claim.count("dies-at-another-key", {
      says: "Run again on what it left, the import dies at least 1,000 keys further on",
      n: diedAt("leftovers") - diedAt("empty"),
      atLeast: 1000,
    }),
    claim.count("the-deadly-key-passes", {
      says: "The key that killed the first run is stored by the second",
      n: e.hasPhase("leftovers") ? e.number("the deadly key stored") : 0,
      exactly: 1,
    }),
    claim.count("and-the-other-way-round", {
      says: "The key that kills the third run, from empty again, had passed on the second",
      n: diedAt("leftovers") - diedAt("flushed"),
      atLeast: 1,
    }),
  ];
}

/** That memory grows with the queries, S3 and zip or not. */
function leak(e: Evidence) {
  const rows = memoryPerRow(e, "empty");
  return [
    claim.slope("bytes-per-row", {
      says: "Each row of 100 KiB leaves four bytes a character in memory, give or take a tenth",
      ...rows,
      unit: "B/row",
      atLeast: 3.6 * textBytes,
      atMost: 4.4 * textBytes,
      lateness: "either", // rows are counted, and memory is sampled, each in its own time
    }),
    claim.linear("in-a-straight-line", {
      says: "Memory grows with the rows in a straight line: the last row costs what the first did",
      ...rows,
      withinShare: 0.1,
      lateness: "raises",
    }),
    ...(e.hasPhase("loop") ? [bareLoop(e)] : []), // not played where a wrong fix is tried
  ];
}

function bareLoop(e: Evidence) {
  return claim.slope("bare-loop-leaks", {
    says: "The bare loop over get_or_create keeps 1 kB or more a call: no S3, nothing unzipped",
    ...memoryPerRow(e, "loop"),
    unit: "B/call",
    atLeast: 1000,
  });
}

/** That debug is on, and cannot be seen from outside. */
function cause(e: Evidence) {
  const debugging = runs(e).filter(
    (run) => run.phase !== "deploy" && run.isOn && run.given === "agent",
  );
  return [
    claim.count("debug-is-on", {
      says: "In all four runs the command has DEBUG=agent in its environment, of which Django makes settings.DEBUG = True",
      n: debugging.length,
      exactly: 4,
      lateness: "lowers", // a process that starts late is asked late, or not at all
    }),
    claim.count("looks-right-from-outside", {
      says: "docker exec sees the customer's DEBUG=False",
      n: e.observedAs("DEBUG by docker exec", is.text) === "False" ? 1 : 0,
      exactly: 1,
    }),
  ];
}

function figures(e: Evidence): Record<string, Figure> {
  const number = (value: number): Figure => ({ value, unit: "1" });
  const killed = killedRuns(e);
  return {
    importPeak: { value: importPeak(e), unit: "B" },
    bytesPerRow: { value: gainPerRow(e, "empty"), unit: "B/row" },
    rowsStored: number(runOf(e, "empty").stored),
    kernelKills: number(e.oomKills("worker")),
    ...Object.fromEntries(
      killed.map(({ phase, lastKey }) => [`${phase}DiedAtKey`, number(lastKey)]),
    ),
    ...(e.hasPhase("loop") && {
      bareLoopBytesPerCall: { value: gainPerRow(e, "loop"), unit: "B/call" } satisfies Figure,
    }),
  };
}
