import {
  claim,
  type Claim,
  type Evidence,
  is,
  type Early,
  KiB,
  MiB,
  type Window,
} from "../../harness/scenario/index.ts";
import { keptByTraffic } from "./kept.ts";
import { isBrokenOff, isWell, runOf, storedAfter } from "./reading.ts";

const objects = 3000;
/** Ten of them change between the imports, and ten more come. */
const objectsThen = 3010;
/** A row costs the story 2 kB and more, without its text; an allocator's one step of 2 MiB is 1 kB here. */
const BYTES_KEPT = 1600;

/** Whether the import from empty was so well that the lab had to go on. */
export const isWellSoFar = (e: Evidence) =>
  isWell(runOf(e, "empty").exitCode, storedAfter(e, "empty"), objects) &&
  e.oomKills("worker", e.phase("empty")) === 0;

/** The same of the second import, which the last look follows. */
export const isWellAgain = (e: Evidence) =>
  isWell(runOf(e, "again").exitCode, storedAfter(e, "again"), objectsThen) &&
  e.oomKills("worker", e.phase("again")) === 0;

/** For an early no: counts and peaks that only grow, and how the first import ended, which is told once. */
export const early: Early = [
  (e) => [neverKilled(e), endsWell(e)],
  // Where the import turns out so bad that others don't follow, that is no fix either.
  (e) => [staysSmall(e)],
  (e) => firstImport(e),
  (e) => (e.hasPhase("again") ? firstMemory(e) : []),
];

/** All that a right fix does: the job, broken off or not, again and again, within what the story says it takes. */
export const fixed = (e: Evidence): readonly Claim[] => [
  ...firstImport(e),
  ...(e.hasPhase("again") || e.hasPhase("loop") ? firstMemory(e) : []),
  ...(e.hasPhase("again") ? secondImport(e) : []),
  ...(e.hasPhase("last look") ? [...onlyWhatChanged(e), ...lastLook(e)] : []),
];

function firstImport(e: Evidence) {
  const { right, wrong } = storedAfter(e, "empty");
  return [
    neverKilled(e),
    endsWell(e),
    claim.count("every-log", {
      says: `Every one of the 3,000 logs is stored under its name, byte for byte${isBrokenOff(e) ? ", though the import was broken off once" : ""}`,
      n: right,
      exactly: objects,
    }),
    claim.never("nothing-else", {
      says: "No row is stored that is no log of the bucket, or not as it is there",
      times: wrong,
    }),
  ];
}

function neverKilled(e: Evidence): Claim {
  return claim.never("never-killed", {
    says: "The kernel kills nothing",
    times: e.oomKills("worker"),
  });
}

function endsWell(e: Evidence): Claim {
  const badly = (during?: Window) => e.exitCodes("worker", during).filter((code) => code !== 0);
  // How it ends where the lab breaks it off is not its own doing.
  const byTheLab = isBrokenOff(e) ? badly(e.phase("broken off")) : [];
  return claim.never("ends-well", {
    says: "The worker never ends of its own but with exit code 0",
    times: badly().length - byTheLab.length,
  });
}

function staysSmall(e: Evidence): Claim {
  const { from } = e.phase(e.hasPhase("first try") ? "first try" : "empty");
  return claim.peak("stays-small", {
    says: "The worker's box never holds more than 150 MiB",
    measured: e.peak("worker", { from, to: e.whole().to }),
    atMost: 150 * MiB,
  });
}

/** Asked where the import was well, and others followed: of one that fell over at once there is nothing to measure. */
function firstMemory(e: Evidence) {
  const during = e.phase("empty");
  const before = e.hasPhase("first try") ? storedAfter(e, "first try").right : 0;
  const left = objects - before;
  return [
    staysSmall(e),
    claim.value("keeps-no-rows", {
      says: "A log that is fetched, and a row that is stored, leave nothing in memory: 1,600 bytes each at most",
      measured: Math.max(
        keptByTraffic(e, ["postgres", "rx"], during, left),
        keptByTraffic(e, ["bucket", "tx"], during, left),
      ),
      unit: "B/row",
      atMost: BYTES_KEPT,
    }),
  ];
}

function secondImport(e: Evidence) {
  const { right, wrong } = e.hasPhase("last look")
    ? storedAfter(e, "last look")
    : storedAfter(e, "again");
  return [
    claim.count("every-log-again", {
      says: "Imported again, ten logs that have changed and ten new ones are stored too, and 30 s later all are there",
      n: right,
      exactly: objectsThen,
    }),
    claim.never("nothing-else-again", {
      says: "Then, too, no row is anything else",
      times: wrong,
    }),
  ];
}

function onlyWhatChanged(e: Evidence) {
  const sent = (phase: string) =>
    e.last("bucket", "tx", e.phase(phase)) - e.first("bucket", "tx", e.phase(phase));
  return [
    claim.ratio("fetches-what-changed", {
      says: "The second import has the bucket send a fifth of what the first had, or less: what is unchanged is not fetched",
      of: sent("again"),
      to: sent("empty"),
      atMost: 0.2,
    }),
  ];
}

function lastLook(e: Evidence) {
  const goesOn = e.observedAs("the worker goes on", is.truth);
  const now = e.observedAs(
    "connections",
    is.object<{ all: number; busy: number }>({ all: is.number, busy: is.number }),
  );
  const during = e.phase("last look");
  const grown = (metric: "anon" | "shmem") =>
    e.last("worker", metric, during) - e.first("worker", metric, during);
  /** What there is more of after the second import than there was after the first. */
  const more = (metric: "processes" | "fds" | "sockets") =>
    e.last("worker", metric, during) - e.last("worker", metric, e.phase("empty"));
  return [
    claim.value("stays-level", {
      says: "A worker that goes on running keeps its memory level for the 30 s after its work",
      measured: goesOn ? grown("anon") + grown("shmem") : 0,
      unit: "B",
      atMost: 512 * KiB,
    }),
    claim.count("nothing-piles-up", {
      says: "After the second import it has no more processes, descriptors, sockets and connections than after the first, but for four at most",
      n: [
        now.all - e.number("connections after empty"),
        ...(goesOn ? [more("processes"), more("fds"), more("sockets")] : []),
      ].reduce((sum, n) => sum + Math.max(0, n), 0),
      atMost: 4,
    }),
    claim.count("no-open-work", {
      says: "30 s after its work nobody holds the database busy, and of a worker that has ended no connection is left",
      n: now.busy + (goesOn ? 0 : now.all),
      exactly: 0,
    }),
    claim.never("bucket-as-it-was", {
      says: "No object of the bucket is altered, gone or added by the import",
      times: e.number("objects altered"),
    }),
  ];
}
