import { describe, expect, test } from "vitest";
import { value } from "../../../harness/judge/claims.ts";
import { hollowClaims } from "../../../harness/judge/hollow.ts";
import type { Evidence } from "../../../harness/judge/types.ts";
import { loadScenarios } from "../../../harness/scenario/load.ts";
import type { Judgement, ScenarioDefinition } from "../../../harness/scenario/types.ts";
import { leak } from "./synthetic.ts";

const ids = (claims: readonly { readonly id: string }[]) => claims.map(({ id }) => id);
const changed = (judge: Partial<Record<keyof Judgement, unknown>>, more: object = {}) =>
  hollowClaims({ ...leak, ...more, judge: { ...leak.judge, ...judge } } as ScenarioDefinition);
const claim = (id: string, bounds: object = { atLeast: 1 }, says = "x") =>
  value(id, { says, measured: 1, unit: "1", ...bounds });

test("each claim is heard of, with its bound, and the same each time", () => {
  const heard = hollowClaims(leak);
  expect(ids(heard.broken)).toEqual(["grows", "per-request"]);
  expect(ids(heard.fixed)).toEqual(["flat", "no-errors", "cap"]);
  expect(ids(heard.contrast)).toEqual(["lighter"]);
  expect(heard.fixed[0]).toMatchObject({ relation: "at most", kind: "rise", unit: "B" });
  expect(heard.problems).toEqual([]);
  expect([...heard.asked.services]).toEqual(["box"]);
  expect([...heard.asked.loads]).toEqual(["request"]);
  expect(hollowClaims(leak)).toEqual(heard);
});

describe("our own scenarios", async () => {
  const all = await loadScenarios();
  test.each(all.map(({ definition }) => [definition.id, definition] as const))("%s", (_, d) => {
    const heard = hollowClaims(d);
    expect(heard.problems).toEqual([]);
    const known = new Set(ids([...heard.broken, ...heard.fixed]));
    const named = Object.values(d.arms).flatMap((arm) => [
      ...(arm.rejectedBy ?? []),
      ...(arm.upholds ?? []),
    ]);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });
});

test("claims before a line that throws are heard of, and those of a condition", () => {
  const broken = (e: Evidence) => [
    ...(e.hasPhase("drip") ? [claim("dripping")] : []),
    ...(e.number("n") > 10 ? [claim("many")] : [claim("few")]),
    claim("then"),
    (e.observed("list") as unknown as { no(): never }[])[99]!.no(),
  ];
  expect(ids(changed({ broken }, { phases: ["drip"] }).broken).toSorted()).toEqual([
    "dripping",
    "few",
    "many",
    "then",
  ]);
});

test.each([
  ["a claim without a bound", { broken: () => [claim("a", {})] }, 'claim "a" has no bound'],
  [
    "a bound of NaN",
    { broken: () => [claim("a", { atMost: Number.NaN })] },
    "a bound that is no number",
  ],
  ["an id told twice", { broken: () => [claim("a"), claim("a")] }, 'two claims "a"'],
  ["one id for two claims", { broken: () => [claim("flat")] }, '"flat" is one claim in `broken`'],
  ["no claim", { broken: () => [] }, "`broken` makes no claim"],
  ["a list that is none", { broken: () => Promise.reject(new Error("later")) }, "gives no list"],
  [
    "a judge that fails",
    {
      broken: () => {
        throw new Error("no");
      },
    },
    "makes no claim: no",
  ],
  ["no guard for a load", { guards: () => [] }, "no guard asks for a load"],
  [
    "a typo in rejectedBy",
    { fixed: () => [claim("flut")] },
    'arms.bigger.rejectedBy: `fixed` makes no claim "flat"',
  ],
])("%s is a problem", (_, judge, problem) => {
  expect(changed(judge).problems.join("\n")).toContain(problem);
});

test("a judge that asks without end comes to one", () => {
  const broken = (e: Evidence) => {
    while (e.number("n") >= 0);
    return [];
  };
  expect(changed({ broken }).problems.join()).toContain("without end");
});
