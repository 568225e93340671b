import { claim, GiB, is, MiB } from "../../harness/scenario/index.ts";
import type { Claim, Evidence, Judgement } from "../../harness/scenario/index.ts";
import type { Size } from "./drive.ts";

const bytes: Readonly<Record<Size, number>> = { "64m": 64 * MiB, "256m": 256 * MiB, "1g": GiB };
const sizes = Object.keys(bytes) as Size[];

/** Less than this share of an object is no rise: the server's own ups and downs. */
const SLACK = 0.05;

export const judge: Judgement = {
  guards: (evidence) => [
    { what: "each of four clients took its ten bytes", ok: evidence.load("bytes-taken") === 40 },
    {
      what: "each of 19 requests came to its end, or was killed with its worker",
      ok: evidence.load("requests-over") + evidence.oomKills("box") >= 19,
    },
    { what: "pings went on during the hang-ups", ok: pings(evidence).length >= 10 },
  ],
  figures: (evidence) => ({
    peak: { value: evidence.peak("api"), unit: "B" },
    "rise-256m": { value: risen(evidence, "256m"), unit: "B" },
    "rise-1g": { value: risen(evidence, "1g"), unit: "B" },
    "rest-256m": { value: received(evidence, "256m"), unit: "B" },
    "rest-1g": { value: received(evidence, "1g"), unit: "B" },
    kills: { value: evidence.oomKills("box"), unit: "1" },
    "slowest-ping": { value: Math.max(...pings(evidence).map(Number)), unit: "ms" },
  }),

  broken: (evidence) => [
    ...(["1g", "256m"] as const).flatMap((size) => [
      claim.value(`rises-${size}`, {
        says: `After a hang-up memory rises by at least the object's size, ${size}`,
        measured: risen(evidence, size),
        unit: "B",
        atLeast: bytes[size],
      }),
      claim.value(`rest-read-${size}`, {
        says: `After it, nearly all of ${size} still comes from S3`,
        measured: received(evidence, size),
        unit: "B",
        atLeast: 0.9 * bytes[size],
      }),
      claim.value(`held-${size}`, {
        says: `And not before: until its client hangs up, a request for ${size} takes no memory`,
        measured: heapHeld(evidence, size),
        unit: "B",
        atMost: SLACK * bytes[size],
      }),
    ]),
    ...linear(evidence),
    ...harmless(evidence),
    claim.count("killed", {
      says: "In a box of 512 MiB the kernel kills it",
      n: evidence.oomKills("box"),
      atLeast: 1,
    }),
    claim.never("container-lives", {
      says: "The container in which it was killed runs on as if nothing were",
      times: evidence.events("box", "die").length,
    }),
    answers(evidence),
  ],

  fixed: (evidence) => [
    ...(["1g", "256m"] as const).flatMap((size) => [
      claim.value(`flat-${size}`, {
        says: `After a hang-up memory rises by less than 5 % of the object, ${size}`,
        measured: risen(evidence, size),
        unit: "B",
        atMost: SLACK * bytes[size],
      }),
      claim.value(`rest-left-${size}`, {
        says: `After it, only what was on its way still comes from S3`,
        measured: received(evidence, size),
        unit: "B",
        atMost: 16 * MiB, // what full socket buffers hold
      }),
    ]),
    claim.value("flat-after-ten", {
      says: "Ten more hang-ups leave memory where it was",
      measured: highest(evidence, "after-ten") - level(evidence),
      unit: "B",
      atMost: SLACK * bytes["256m"],
    }),
    ...harmless(evidence),
    claim.count("parts-served", {
      says: "Four parts asked for at once are four parts served",
      n: evidence.number("parts-served"),
      exactly: 4,
      lateness: "lowers",
    }),
    claim.value("downloaded", {
      says: "A download to the end brings the whole object",
      measured: evidence.number("downloaded"),
      unit: "B",
      exactly: bytes["256m"],
    }),
    claim.never("pings-lost", {
      says: "The API answers every ping, throughout",
      times: pings(evidence).filter((ms) => ms === null).length,
      lateness: "raises",
    }),
    claim.never("never-killed", {
      says: "The same in 512 MiB: nothing is killed",
      times: evidence.oomKills("box"),
    }),
    answers(evidence),
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

/** The API's highest memory up to the end of a hang-up, less its last before. */
function risen(evidence: Evidence, size: Size): number {
  return highest(evidence, `hang-up-api-${size}`) - held(evidence, size);
}

/** Where nothing rises there is no line to speak of: then other claims fail. */
function linear(evidence: Evidence): readonly Claim[] {
  const y = sizes.map((size) => risen(evidence, size));
  if (y.at(-1)! <= y[0]!) return [];
  return [
    claim.linear("linear", {
      says: "The rise is linear in the object's size: each byte of it takes the same, small or large",
      x: sizes.map((size) => bytes[size]),
      y,
      withinShare: 0.1,
    }),
  ];
}

/** What the API received after the hang-up on an object; its client sends nothing any more. */
function received(evidence: Evidence, size: Size): number {
  const upTo = (phase: string) =>
    evidence.last("api", "rx", evidence.phase(`${phase}-api-${size}`));
  return upTo("hang-up") - upTo("hold");
}

/** Neither a download to the end nor one in parts does harm: the first suspects. */
function harmless(evidence: Evidence): readonly Claim[] {
  return (["full-download", "ranges"] as const).map((phase) =>
    claim.value(`harmless-${phase}`, {
      says: `Memory rises by less than 5 % of 256 MiB: ${phase.replace("-", " ")}`,
      measured: highest(evidence, phase) - level(evidence),
      unit: "B",
      atMost: SLACK * bytes["256m"],
    }),
  );
}

/** The API's memory before any load. */
const level = (evidence: Evidence) => evidence.last("api", "current", evidence.phase("baseline"));

/** The API's memory just before the client of an object hangs up. */
const held = (evidence: Evidence, size: Size) =>
  evidence.last("api", "current", evidence.phase(`hold-api-${size}`));

/**
 * What the API's programs allocate while a client holds the line. Counted from just before it
 * came: of an earlier hang-up, malloc may keep some. Full socket buffers are no harm.
 */
function heapHeld(evidence: Evidence, size: Size): number {
  const hold = evidence.phase(`hold-api-${size}`);
  const before = evidence.last("api", "anon", { from: 0, to: hold.from });
  return evidence.last("api", "anon", hold) - before;
}

/** The API's highest memory up to the end of a phase. (They come in the order of their peaks.) */
function highest(evidence: Evidence, phase: string): number {
  return evidence.peak("api", { from: 0, to: evidence.phase(phase).to });
}

function answers(evidence: Evidence): Claim {
  return claim.value("box-answers", {
    says: "The next request in the small box is answered",
    measured: evidence.number("answer-of-the-box"),
    unit: "B",
    exactly: "pong\n".length,
  });
}

/** The answer times of all pings since the first hang-up, null for one that got no answer. */
function pings(evidence: Evidence): readonly (number | null)[] {
  const { from } = evidence.phase("hold-api-64m");
  return evidence
    .observationsAs("ping", is.nullOr(is.number))
    .filter(({ t }) => t >= from)
    .map(({ value }) => value);
}
