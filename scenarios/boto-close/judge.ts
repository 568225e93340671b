import { claim, isOver, MiB } from "../../harness/scenario/index.ts";
import type { Claim, Evidence, Judgement } from "../../harness/scenario/index.ts";
import { nothingLater, nothingLeft } from "./aftermath.ts";
import { MORE, PARTS, type HungUp } from "./drive.ts";
import * as m from "./measured.ts";

/** In the broken arm less than this share of an object is no rise: the server's own ups and downs. */
const SLACK = 0.05;

/** What a client may cost, however large its object: the story's were a thousand times as large. */
const CEILING = 64 * MiB;

/** What is on its way when a client hangs up: full socket buffers, a piece that was just asked for. */
const ON_ITS_WAY = 32 * MiB;

/** How many answers are right, by phase: of downloads, and of the first bytes before a hang-up. */
const RIGHT = {
  baseline: {
    n: 1 + 2 * PARTS.length + 1,
    says: "An object, and parts of it, come as they lie at S3, and for one that isn't there a 404",
  },
  "full-download": { n: 1, says: "A download to the end brings the whole object, byte for byte" },
  ranges: { n: PARTS.length, says: "Parts asked for at once are those parts, byte for byte" },
  "more-hang-ups": { n: MORE, says: "Clients that hang up had the first bytes of the object" },
  again: { n: 1 + 2 * PARTS.length + 1, says: "After all hang-ups it answers all that again" },
} as const;

/** The answers that are counted together. */
interface Served {
  readonly id: string;
  readonly phases: readonly string[];
  readonly n: number;
  readonly says: string;
}
const SERVED: readonly Served[] = [
  ...Object.entries(RIGHT).map(([id, { n, says }]) => ({ id, phases: [id], n, says })),
  {
    id: "held",
    phases: [...m.hungUp.map((what) => `hold-api-${what}`), "hold-box-1g"],
    n: m.hungUp.length + 1,
    says: "Clients that hold the line had their first bytes",
  },
];

/** What is too large to be on its way when a client hangs up. */
const LARGE = ["256m", "1g", "part"] as const;
const DOWNLOADS = ["full-download", "ranges"] as const;

export const judge: Judgement = {
  guards: (evidence) => [
    { what: `the client asked ${asked} times in all`, ok: evidence.load("asked") === asked },
    { what: "pings went on during the hang-ups", ok: m.pings(evidence).length >= 10 },
    {
      what: "there was a long last look, unless damage was seen before",
      ok: evidence.hasPhase("last-look") || judge.fixed(evidence).some(({ ok }) => !ok),
    },
  ],
  figures: (evidence) => ({
    peak: { value: evidence.peak("api"), unit: "B" },
    "rise-256m": { value: m.risen(evidence, "256m"), unit: "B" },
    "rise-1g": { value: m.risen(evidence, "1g"), unit: "B" },
    "rest-256m": { value: m.received(evidence, "256m"), unit: "B" },
    "rest-1g": { value: m.received(evidence, "1g"), unit: "B" },
    kills: { value: evidence.oomKills("box"), unit: "1" },
    "slowest-ping": { value: Math.max(...m.pings(evidence).map(Number)), unit: "ms" },
  }),

  broken: (evidence) => [
    ...(["1g", "256m"] as const).flatMap((size) => [
      claim.value(`rises-${size}`, {
        says: `After a hang-up memory rises by at least the object's size, ${size}`,
        measured: m.risen(evidence, size),
        unit: "B",
        atLeast: m.bytes[size],
      }),
      claim.value(`rest-read-${size}`, {
        says: `After it, nearly all of ${size} still comes from S3`,
        measured: m.received(evidence, size),
        unit: "B",
        atLeast: 0.9 * m.bytes[size],
      }),
      claim.value(`held-${size}`, {
        says: `And not before: until its client hangs up, a request for ${size} takes no memory`,
        measured: m.heapHeld(evidence, size),
        unit: "B",
        atMost: SLACK * m.bytes[size],
      }),
    ]),
    ...linear(evidence),
    ...harmlessAll(evidence),
    claim.count("killed", {
      says: "In a box of 512 MiB the kernel kills it",
      n: evidence.oomKills("box"),
      atLeast: 1,
    }),
    claim.never("container-lives", {
      says: "The container in which it was killed runs on as if nothing were",
      times: evidence.events("box", "die").length,
    }),
    boxAnswers(evidence),
  ],

  fixed: (evidence) => [
    ...SERVED.map((one) => served(evidence, one)),
    boxAnswers(evidence),
    ...m.hungUp.map((what) => flat(evidence, what)),
    noGrowth(evidence),
    ...LARGE.map((what) => restLeft(evidence, what)),
    ...harmlessAll(evidence),
    ...nothingLeft(evidence),
    ...nothingLater(evidence),
    ...slowReader(evidence),
    pingsLost(evidence),
    neverKilled(evidence),
    flatBox(evidence),
  ],

  early: [
    // Peaks, from a level that the baseline has left behind, and counts: they only grow.
    ...m.hungUp.map((what) => (e: Evidence) => [flat(e, what)]),
    ...DOWNLOADS.map((phase) => (e: Evidence) => [harmless(e, phase)]),
    (e) => [pingsLost(e)],
    (e) => [neverKilled(e)],
    (e) => [flatBox(e)],
    // Of phases that are over: each is played once.
    ...SERVED.map((one) => (e: Evidence) => {
      return one.phases.every((phase) => isOver(e, phase)) ? [served(e, one)] : [];
    }),
    ...LARGE.map((what) => (e: Evidence) => {
      return isOver(e, `hang-up-api-${what}`) ? [restLeft(e, what)] : [];
    }),
    (e) => (isOver(e, "hang-up-api-1g") ? [noGrowth(e)] : []),
    (e) => (isOver(e, "after-box") ? [boxAnswers(e)] : []),
  ],

  contrast: (broken, fixed) => [
    claim.ratio("contrast", {
      says: "The same hang-ups took at least five times the memory before the fix",
      of: broken.peak("api"),
      to: fixed.peak("api"),
      atLeast: 5,
    }),
  ],
};

/** All answers there are, with those to the clients that held the line, and the one after the kill. */
const asked = Object.values(RIGHT).reduce((sum, { n }) => sum + n, m.hungUp.length + 2);

/** The API's job: status, size and every byte of what was asked for, at the start and at the end. */
function served(evidence: Evidence, { id, phases, n, says }: Served): Claim {
  return claim.count(`served-${id}`, {
    says,
    n: phases.reduce((sum, phase) => sum + evidence.load("right", evidence.phase(phase)), 0),
    exactly: n,
    lateness: latenessOf(evidence),
  });
}

function flat(evidence: Evidence, what: HungUp): Claim {
  return claim.value(`flat-${what}`, {
    says: `A client that hangs up costs at most 64 MiB of memory, whatever the object's size: ${what}`,
    measured: m.taken(evidence, "api", what),
    unit: "B",
    atMost: CEILING,
  });
}

function flatBox(evidence: Evidence): Claim {
  return claim.value("flat-box", {
    says: "In 512 MiB, too, a client that hangs up costs at most 64 MiB",
    measured: m.taken(evidence, "box", "1g"),
    unit: "B",
    atMost: CEILING,
  });
}

/** Not waited for where an arm is plainly broken. */
function slowReader(evidence: Evidence): readonly Claim[] {
  if (!evidence.hasPhase("last-look")) return [];
  return [
    claim.count("served-slowly", {
      says: "Who reads slowly, for longer than half a minute, gets the whole object, byte for byte",
      n: m.sipped(evidence).filter((wrong) => wrong === "").length,
      exactly: 1,
      lateness: latenessOf(evidence),
    }),
    claim.value("flat-slow", {
      says: "A client that reads slowly costs at most 64 MiB of memory",
      measured: m.takenBySlow(evidence),
      unit: "B",
      atMost: CEILING,
    }),
  ];
}

function noGrowth(evidence: Evidence): Claim {
  return claim.slope("no-growth", {
    says: "What a hang-up costs does not grow with the object",
    x: m.sizes.map((size) => m.bytes[size]),
    y: m.sizes.map((size) => m.taken(evidence, "api", size)),
    unit: "B/B",
    atMost: 0.04,
  });
}

function restLeft(evidence: Evidence, what: HungUp): Claim {
  return claim.value(`rest-left-${what}`, {
    says: `After a hang-up only what was on its way still comes from S3: ${what}`,
    measured: m.received(evidence, what),
    unit: "B",
    atMost: ON_ITS_WAY,
  });
}

function pingsLost(evidence: Evidence): Claim {
  return claim.never("pings-lost", {
    says: "The API answers every ping, throughout",
    times: m.pings(evidence).filter((ms) => ms === null).length,
    lateness: "raises",
  });
}

function neverKilled(evidence: Evidence): Claim {
  return claim.never("never-killed", {
    says: "The same in 512 MiB: nothing is killed",
    times: evidence.oomKills("box"),
  });
}

/**
 * Where nothing rises there is no line to speak of: then other claims fail. Per byte, not by slopes:
 * what malloc keeps of one hang-up and another worker doesn't use would bend those by a tenth. What
 * grows with the size to the power of 1.2 takes 1.7 times as much per byte of the largest.
 */
function linear(evidence: Evidence): readonly Claim[] {
  const perByte = m.sizes.map((size) => m.risen(evidence, size) / m.bytes[size]);
  if (perByte.at(-1)! <= 0) return [];
  const most = Math.max(...perByte);
  return [
    claim.ratio("linear", {
      says: "The rise is linear in the object's size: each byte of it takes the same, small or large",
      of: most,
      to: Math.max(Math.min(...perByte), most / 100),
      atMost: 1.4,
      lateness: "raises", // where a reader is slow, the next size begins before this one has ended
    }),
  ];
}

/** Neither a download to the end nor one in parts does harm: the first suspects. */
const harmlessAll = (evidence: Evidence) => DOWNLOADS.map((phase) => harmless(evidence, phase));

function harmless(evidence: Evidence, phase: string): Claim {
  return claim.value(`harmless-${phase}`, {
    says: `No download costs more than 64 MiB of memory: ${phase.replace("-", " ")}`,
    measured: m.takenBy(evidence, phase),
    unit: "B",
    atMost: CEILING,
  });
}

function boxAnswers(evidence: Evidence): Claim {
  return claim.count("box-answers", {
    says: "The next request in the small box is answered, byte for byte",
    n: evidence.load("right", evidence.phase("after-box")),
    exactly: 1,
    lateness: latenessOf(evidence),
  });
}

/** A slow machine makes answers come too late, but never wrong. */
const latenessOf = (evidence: Evidence) => (evidence.load("timed-out") > 0 ? "lowers" : "none");
