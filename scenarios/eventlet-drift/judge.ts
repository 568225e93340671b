import {
  claim,
  is,
  type Claim,
  type Evidence,
  type Judgement,
  type Window,
} from "../../harness/scenario/index.ts";
import { ASKED, daysAfter, earlyAfter } from "./later.ts";
import { isPrompt, QUESTION, SLA, wait, waits } from "./waits.ts";

/** A lookup is two questions, both unanswered; the first may have begun a little before we looked. */
const LATE = 55;

export const judge: Judgement = {
  guards: (evidence) => [
    { what: "a change was asked for", ok: evidence.load("changes asked for") === 1 },
    { what: "an emergency stop was asked for", ok: evidence.load("stops asked for") === 1 },
    { what: "the page was looked at", ok: evidence.load("looks at the page") >= 1 },
    {
      what: "the acceptance check came to an end of its own",
      ok: /^(accepted|stopped): /.test(evidence.observedAs("acceptance check says", is.text)),
    },
    {
      what: "the old release lost no question to the DNS on the same machine",
      ok: evidence.number("old release ready") < QUESTION,
    },
    {
      what: "where all was in time, everything was asked for again",
      ok: evidence.hasPhase("later")
        ? evidence.load("asked for later") === ASKED && evidence.load("quiet looks") >= 3
        : waits.some((name) => !isPrompt(name, evidence.number(name))),
    },
  ],
  figures: (evidence) => ({
    ...Object.fromEntries(
      waits.map((name) => [name, { value: evidence.number(name), unit: "s" as const }]),
    ),
    "slowest-page": { value: evidence.number("slowest page"), unit: "s" },
    forwarded: { value: evidence.number("forwarded"), unit: "1" },
    "packages-changed": { value: drift(evidence).length, unit: "1" },
  }),

  broken: (evidence) => [
    ...waits.map((name) =>
      claim.value(`${name}-late`, {
        says: `${wait[name].says} only after 55 s or more`,
        measured: evidence.number(name),
        unit: "s",
        atLeast: LATE,
        lateness: "none", // what waits for an answer that never comes needs no processor
      }),
    ),
    claim.value("page-quick", {
      says: "The page itself answers all the while",
      measured: evidence.number("slowest page"),
      unit: "s",
      atMost: SLA,
    }),
    claim.never("no-error", {
      says: "No line in any log speaks of an error",
      times: evidence.number("errors"),
    }),
    claim.count("forwarded", {
      says: "The company's DNS is asked for names outside its zone",
      n: evidence.number("forwarded"),
      atLeast: 1,
    }),
    claim.count("suspects", {
      says: "As many packages differ from the old image as pip drew anew",
      n: drift(evidence).length,
      exactly: evidence.head.arm === "only-eventlet" ? 1 : 6,
    }),
    claim.count("eventlet-differs", {
      says: "One of them is eventlet",
      n: drift(evidence).filter((line) => line.startsWith("eventlet ")).length,
      exactly: 1,
    }),
    claim.never("deployment-stopped", {
      says: `The acceptance check (${SLA} s) stops the deployment`,
      times: evidence.number("accepted"),
    }),
  ],

  fixed: (evidence) => [
    ...deployment(evidence),
    // Where somebody waits too long already, that is enough.
    ...(evidence.hasPhase("later") ? daysAfter(evidence) : []),
  ],

  early: [
    // Each is told once, when it is over.
    (evidence) => [accepted(evidence)],
    (evidence) => [pageAnswers(evidence)],
    ...waits.map((name) => (evidence: Evidence) => [inTime(evidence, name)]),
    (evidence) => [stillWaiting(evidence)],
    ...earlyAfter,
  ],

  contrast: (broken, fixed) => [
    ...waits.map((name) =>
      claim.ratio(`${name}-contrast`, {
        says: `${wait[name].says}: at least five times as late before the fix`,
        of: broken.number(name),
        to: fixed.number(name),
        atLeast: 5,
        lateness: "lowers",
      }),
    ),
  ],
};

/** That the release may stay: what was asked for as soon as it answered is done in time. */
function deployment(evidence: Evidence): readonly Claim[] {
  return [
    ...waits.map((name) => inTime(evidence, name)),
    pageAnswers(evidence),
    accepted(evidence),
  ];
}

function inTime(evidence: Evidence, name: keyof typeof wait): Claim {
  return claim.value(name, {
    says: `${wait[name].says} within ${wait[name].atMost} s`,
    measured: evidence.number(name),
    unit: "s",
    atMost: wait[name].atMost,
    during: whileWaiting(evidence, name),
  });
}

/** Of a wait that has not come to its end: it is told each second how long it has lasted. */
function stillWaiting(evidence: Evidence): Claim {
  const told = evidence.observationsAs("waited", is.number);
  const { t, value } = told.reduce((one, other) => (other.value > one.value ? other : one));
  return claim.value("update", {
    says: `${wait.update.says} within ${wait.update.atMost} s`,
    measured: value,
    unit: "s",
    atMost: wait.update.atMost,
    during: { from: Math.max(0, t - 1000 * value), to: t },
  });
}

function pageAnswers(evidence: Evidence): Claim {
  return claim.value("page-answers", {
    says: "The page answers all the while",
    measured: evidence.number("slowest page"),
    unit: "s",
    atMost: SLA,
    during: deployed(evidence, "slowest page"),
  });
}

function accepted(evidence: Evidence): Claim {
  return claim.count("accepted", {
    says: `The acceptance check (${SLA} s) lets the release through`,
    n: evidence.number("accepted"),
    exactly: 1,
    lateness: "lowers",
    during: deployed(evidence, "accepted"),
  });
}

/** From the deployment until this was told. */
function deployed(evidence: Evidence, told: string): Window {
  return { from: evidence.phase("deploy").from, to: evidence.observations(told).at(-1)!.t };
}

/** From when somebody began to wait until it was told that the wait was over. */
function whileWaiting(evidence: Evidence, name: string): Window {
  const told = evidence.observations(name).at(-1)!.t;
  return { from: Math.max(0, told - 1000 * evidence.number(name)), to: told };
}

/** Packages that differ from the old image, as "name old -> new". */
function drift(evidence: Evidence): readonly string[] {
  return evidence.observedAs("drift", is.listOf(is.text));
}
