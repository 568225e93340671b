import { describe, expect, test } from "vitest";
import { value } from "../../../harness/judge/claims.ts";
import type { Claim, Evidence } from "../../../harness/judge/types.ts";
import { MiB } from "../../../harness/judge/units.ts";
import { judgeArm, judgeRun } from "../../../harness/judge/verdict.ts";
import { verdictSchema } from "../../../harness/judge/verdict-schema.ts";
import type { Judgement, ScenarioDefinition } from "../../../harness/scenario/types.ts";
import { engine, leak, record } from "./synthetic.ts";

const rows = record("broken", "broken", MiB);
const run = { startedAt: "2026-01-02T03:04:05.000Z", durationMs: 1, engine, leftovers: [] };
const good = value("fine", { says: "it is fine", measured: 1, unit: "1", atLeast: 1 });

/** The verdict of a scenario that judges so: it must be one that a verdict.json may hold. */
function judged(judge: Partial<Record<keyof Judgement, unknown>>) {
  const definition = { ...leak, judge: { ...leak.judge, ...judge } } as ScenarioDefinition;
  const verdict = judgeRun({ run, scenarios: new Map([["leak", definition]]), records: [rows] });
  expect(verdictSchema.safeParse(JSON.parse(JSON.stringify(verdict))).error).toBeUndefined();
  return judgeArm(definition, rows);
}

const thrown: [string, unknown][] = [
  ["a string", "no"],
  ["nothing", undefined],
  ["null", null],
  ["a symbol", Symbol("no")],
  ["an object without a prototype", Object.create(null)],
  ["an endless text", new Error("x".repeat(1e6))],
  [
    "an error that cannot be asked",
    Object.defineProperty(new Error("no"), "message", {
      get: () => {
        throw new Error("never");
      },
    }),
  ],
  [
    "a proxy that refuses",
    new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error("never");
        },
      },
    ),
  ],
];

describe.each(["guards", "broken", "figures"] as const)("%s", (part) => {
  test.each(thrown)("that throws %s costs the arm no more than its verdict", (_, what) => {
    const arm = judged({
      [part]: () => {
        throw what;
      },
    });
    const words = part === "figures" ? arm.notes.join() : arm.reason!;
    expect(arm.verdict).toBe(part === "figures" ? "reproduced" : "inconclusive");
    expect(words).toContain("judge failed");
    expect(words.length).toBeLessThan(2500);
  });

  test.each([
    ["null", () => null],
    ["a number", () => 7],
    ["a promise", () => Promise.resolve([])],
    ["a promise that fails", () => Promise.reject(new Error("later"))],
    ["a list of nothing", () => [undefined]],
    ["a list of texts", () => ["fine"]],
  ])("that gives %s is no judge", (_, given) => {
    const arm = judged({ [part]: given });
    const lost = part === "figures" ? arm.notes.join() : arm.reason;
    expect(lost).toMatch(/no list|is no object|is no claim|needs `what`/);
  });
});

test.each([
  ["no number", { measured: Number.NaN }],
  ["a bound that is none", { bound: Infinity }],
  ["no id", { id: undefined }],
  ["an endless sentence", { sentence: "x".repeat(1e6) }],
  ["a unit that is none", { unit: "furlong" }],
  ["a truth that is none", { ok: Promise.resolve(true) }],
])("a claim with %s is no claim", (_, change) => {
  const arm = judged({ broken: () => [{ ...good, ...change } as Claim] });
  expect(arm).toMatchObject({ verdict: "inconclusive", claims: [] });
});

test("a guard must say true or false: a promise is neither", () => {
  const guards = (ok: unknown) => () => [{ what: "x", ok }];
  expect(judged({ guards: guards(Promise.resolve(false)) }).verdict).toBe("inconclusive");
  expect(judged({ guards: guards(1) }).verdict).toBe("inconclusive");
});

test("two claims of one id are refused, in a list and where both lists are asked", () => {
  const twice = { ...good, sentence: "it is another" };
  expect(judged({ broken: () => [good, twice] }).reason).toContain('two claims "fine"');
  const bigger = record("bigger", "control", MiB);
  const arms = { ...leak.arms, bigger: { ...leak.arms["bigger"]!, upholds: ["fine"] } };
  const word = (other: Claim) => {
    const flat = (e: Evidence) => [...leak.judge.fixed(e), good];
    const judge = { ...leak.judge, fixed: flat, broken: () => [other] };
    return judgeArm({ ...leak, arms, judge }, bigger);
  };
  expect(word(twice).reason).toContain('"fine" is one claim in `broken` and another in `fixed`');
  expect(word(good)).toMatchObject({ verdict: "rejected", ok: true });
});

test("load is a load that a guard asks for, or the scenario declares", () => {
  const guards = () => [];
  expect(judged({ guards }).reason).toContain("a load was applied");
  const declared = { ...leak, loads: ["request"], judge: { ...leak.judge, guards } };
  expect(judgeArm(declared, rows).verdict).toBe("reproduced");
});
