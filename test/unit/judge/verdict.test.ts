import { describe, expect, test } from "vitest";
import { ScenarioError } from "../../../harness/errors.ts";
import { MiB } from "../../../harness/judge/units.ts";
import { withoutRecord } from "../../../harness/judge/planned.ts";
import { exitCodeOf, judgeArm, judgeRun } from "../../../harness/judge/verdict.ts";
import { verdictSchema } from "../../../harness/judge/verdict-schema.ts";
import type { ArmVerdict } from "../../../harness/judge/verdict-types.ts";
import type { Evidence, Figure } from "../../../harness/judge/types.ts";
import type { Row, TailRow } from "../../../harness/record/schema.ts";
import type { Judgement, ScenarioDefinition } from "../../../harness/scenario/types.ts";
import { container, engine, leak, observation, record, sample, tail } from "./synthetic.ts";

const leaking = (arm = "broken", repeat = 1) => record(arm, leak.arms[arm]!.role, MiB, repeat);
const flat = (arm = "fixed", repeat = 1) => record(arm, leak.arms[arm]!.role, 1024, repeat);
const ended = (rows: readonly Row[], outcome: TailRow["outcome"], reason?: string) => [
  ...rows.slice(0, -1),
  tail(6600, outcome, reason),
];
const word = (arm: ArmVerdict) => `${arm.verdict}, ${arm.ok ? "ok" : "not ok"}`;
const withJudge = (judge: Partial<Judgement>): ScenarioDefinition => ({
  ...leak,
  judge: { ...leak.judge, ...judge },
});

const facts = {
  startedAt: "2026-01-02T03:04:05.000Z",
  durationMs: 20_000,
  engine,
  leftovers: [] as string[],
};
const run = (records: readonly (readonly Row[])[], leftovers: string[] = []) =>
  judgeRun({ run: { ...facts, leftovers }, scenarios: new Map([["leak", leak]]), records });

describe("an arm by its role", () => {
  test.each([
    ["broken", leaking("broken"), "reproduced, ok"],
    ["broken", flat("broken"), "not reproduced, not ok"],
    ["fixed", flat("fixed"), "fixed, ok"],
    ["fixed", leaking("fixed"), "not fixed, not ok"],
    ["mine", flat("mine"), "fixed, ok"],
    ["mine", leaking("mine"), "not fixed, not ok"],
    ["bigger", leaking("bigger"), "rejected, ok"],
    ["bigger", flat("bigger"), "accepted, not ok"],
    ["idle", flat("idle"), "not reproduced, ok"],
    ["idle", leaking("idle"), "reproduced, not ok"],
    ["suspect", leaking("suspect"), "reproduced, ok"],
    ["suspect", flat("suspect"), "not reproduced, ok"],
  ])("%s", (_, rows, expected) => {
    expect(word(judgeArm(leak, rows, leaking()))).toBe(expected);
  });

  test("tells what it is made of", () => {
    const arm = judgeArm(leak, leaking("bigger"));
    expect(arm).toMatchObject({
      name: "bigger",
      role: "control",
      kind: "wrong fix",
      why: "more room",
      repeat: 1,
      durationMs: 6600,
      cpuMs: 640,
      figures: { peak: { value: 70 * MiB, unit: "B" } },
      rejectedBy: ["flat"],
      sampling: { source: "cgroup-v2", hz: 20, samples: 120, gaps: 0 },
      notes: [],
    });
    expect(arm.claims.map(({ id, ok }) => [id, ok])).toEqual([
      ["flat", false],
      ["no-errors", true],
      ["cap", true],
    ]);
    expect(arm).not.toHaveProperty("reason");
  });

  test("a clock that was set meanwhile is told", () => {
    const jump = { ...observation(3000, "clock jump", 3_600_000), unit: "ms" };
    const arm = judgeArm(leak, leaking("broken").toSpliced(-1, 0, jump));
    expect(word(arm)).toBe("reproduced, ok");
    expect(arm.notes).toEqual([
      "The machine disturbed the drive: the clock was set (or the machine slept) by 3600.0 s.",
    ]);
  });

  test("a wrong fix must be rejected for the right reason", () => {
    const failing = flat("bigger").map((row) =>
      row.type === "observation" && row.name === "errors" ? observation(row.t, "errors", 2) : row,
    );
    const arm = judgeArm(leak, failing);
    expect(word(arm)).toBe("rejected, not ok");
    expect(arm.notes).toEqual(["Turned down, but not as it should be: flat."]);
  });

  test("a wrong fix may have to uphold what the failure is", () => {
    const judged = (...upholds: string[]) => {
      const arms = { ...leak.arms, bigger: { ...leak.arms["bigger"]!, upholds } };
      return judgeArm({ ...leak, arms }, leaking("bigger"));
    };
    expect(word(judged("per-request"))).toBe("rejected, ok");
    expect(word(judged("per-request", "lighter"))).toBe("rejected, not ok");
  });

  test.each([
    [
      { rejectedBy: ["grows", "per-request"], upholds: ["flat", "no-errors"] },
      "not reproduced, ok",
      [],
    ],
    [{ rejectedBy: ["flat"], upholds: ["flat"] }, "not reproduced, not ok", ["flat"]],
    [{ upholds: ["flat", "tidy"] }, "not reproduced, not ok", ["tidy"]],
    [{ rejectedBy: ["grows", "groes"] }, "not reproduced, not ok", ["groes"]],
  ])("without the fault, %j: %s", (wanted, expected, astray) => {
    const arms = { ...leak.arms, idle: { ...leak.arms["idle"]!, ...wanted } };
    const arm = judgeArm({ ...leak, arms }, flat("idle"));
    expect(word(arm)).toBe(expected);
    const note = `Turned down, but not as it should be: ${astray.join(", ")}.`;
    expect(arm.notes).toEqual(astray.length > 0 ? [note] : []);
  });
});

describe("contrast", () => {
  test("counts with the fixed arm", () => {
    const arm = judgeArm(leak, flat(), flat("broken"));
    expect(word(arm)).toBe("not fixed, not ok");
    expect(arm.claims.at(-1)).toMatchObject({ id: "lighter", ok: false });
  });

  test("without a broken run a note says so", () => {
    const arm = judgeArm(leak, flat());
    expect(word(arm)).toBe("fixed, ok");
    expect(arm.notes.join()).toContain("Not compared");
  });

  test("with a broken run that came to nothing it is inconclusive", () => {
    const arm = judgeArm(leak, flat(), ended(leaking(), "environment", "The disk is full."));
    expect(word(arm)).toBe("inconclusive, not ok");
    expect(arm.reason).toBe("The broken run to compare with is of no use. The disk is full.");
  });

  test("with a broken run whose job is not done, too: it did not fail as the story says", () => {
    const broken = ended(leaking(), "job-not-done", "Waited 5 s in vain: a download");
    const arm = judgeArm(leak, flat(), broken);
    expect(word(arm)).toBe("inconclusive, not ok");
    expect(arm.reason).toContain("of no use. It did not do its job. Waited 5 s in vain");
  });

  test("takes the broken arm that the fixed one names, of the same repeat", () => {
    const seen: string[] = [];
    const arms = {
      ...leak.arms,
      other: { role: "broken" },
      fixed: { role: "fixed", against: "other" },
    };
    const definition: ScenarioDefinition = {
      ...withJudge({
        contrast: (broken, fixed) => {
          seen.push(`${broken.head.arm} ${broken.head.repeat}, ${fixed.head.repeat}`);
          return [];
        },
      }),
      arms: arms as ScenarioDefinition["arms"],
    };
    const records = [1, 2].flatMap((n) => [
      record("other", "broken", MiB, n),
      leaking("broken", n),
      flat("fixed", n),
    ]);
    judgeRun({ run: facts, scenarios: new Map([["leak", definition]]), records });
    expect(seen).toEqual(["other 1, 1", "other 2, 2"]);
  });
});

describe("a record that is not fit to be judged", () => {
  test.each([
    ["cut off", leaking().slice(0, -1), "inconclusive", "The record was cut off."],
    ["no engine", ended(leaking(), "environment", "No engine."), "environment", "No engine."],
    ["interrupted", ended(leaking(), "interrupted"), "inconclusive", "interrupted"],
    ["drive gave up", ended(leaking(), "inconclusive", "No tick."), "inconclusive", "No tick."],
    [
      "no baseline",
      leaking().filter((row) => row.type !== "phase" || row.name !== "baseline"),
      "inconclusive",
      "a healthy system",
    ],
    [
      "no load",
      leaking().filter(({ type }) => type !== "load"),
      "inconclusive",
      'no load "request"',
    ],
    ["too little load", withoutOneLoad(leaking()), "inconclusive", "40 requests"],
  ])("%s", (_, rows, verdict, reason) => {
    const arm = judgeArm(leak, rows);
    expect(arm).toMatchObject({ verdict, ok: false, claims: [] });
    expect(arm.reason).toContain(reason);
  });

  test("what a scenario's functions throw is its reason; nothing passes on no claim", () => {
    for (const part of ["guards", "broken"] as const) {
      const arm = judgeArm(withJudge({ [part]: boom }), leaking());
      expect(arm).toMatchObject({ verdict: "inconclusive", ok: false });
      expect(arm.reason).toBe("The scenario's judge failed: x is undefined");
    }
    const empty = judgeArm(withJudge({ broken: () => [], fixed: () => [] }), leaking());
    expect(empty).toMatchObject({ verdict: "inconclusive", ok: false });
  });

  test("figures that throw are left out with a note, and the verdict stands", () => {
    const arm = judgeArm(withJudge({ figures: unseen }), leaking());
    expect(word(arm)).toBe("reproduced, ok");
    expect(arm.figures).toEqual({});
    expect(arm.notes).toEqual(['Figures are left out. The record holds no observation "never".']);
  });

  test("an arm that the scenario no longer has", () => {
    const arm = judgeArm(leak, record("gone", "fixed", 0));
    expect(arm).toMatchObject({ name: "gone", role: "fixed", verdict: "inconclusive" });
  });
});

describe("a run", () => {
  const whole = [flat("idle"), flat(), leaking("bigger"), leaking()];

  test("is ok when every arm is; arms come in the order of their definition", () => {
    const verdict = run(whole);
    expect(verdict.scenarios[0]!.arms.map(({ name }) => name)).toEqual([
      "broken",
      "fixed",
      "bigger",
      "idle",
    ]);
    expect(verdict).toMatchObject({ schema: "aftershock/verdict@1", ok: true, ...facts });
    expect(exitCodeOf(verdict)).toBe(0);
  });

  test("keeps the contract of verdict.json", () => {
    const odd = run([...whole, ended(leaking("broken", 2), "environment"), leaking("mine")]);
    for (const verdict of [run(whole), odd]) {
      expect(() => verdictSchema.parse(JSON.parse(JSON.stringify(verdict)))).not.toThrow();
    }
  });

  test("gives the same bytes again, whatever the order of its records", () => {
    const text = JSON.stringify(run(whole));
    expect(JSON.stringify(run(whole))).toBe(text);
    expect(JSON.stringify(run(whole.toReversed()))).toBe(text);
  });

  test("of several troubles tells the one to act on first", () => {
    const failed = flat("broken");
    const environment = ended(flat("idle"), "environment");
    const cut = leaking("bigger").slice(0, -1);
    expect(exitCodeOf(run([failed, environment, cut], ["container box-1"]))).toBe(75);
    expect(exitCodeOf(run([failed, environment, cut]))).toBe(1);
    expect(exitCodeOf(run([environment, cut]))).toBe(69);
    expect(exitCodeOf(run([cut, leaking()]))).toBe(2);
    expect(exitCodeOf(run([]))).toBe(2);
    expect(run(whole, ["network x"]).ok).toBe(false);
  });

  test("a record of an unknown scenario is refused", () => {
    const records = [leaking()];
    expect(() => judgeRun({ run: facts, scenarios: new Map(), records })).toThrow(ScenarioError);
  });
});

describe("repeats", () => {
  test("k of N with a Wilson interval; arms of different verdicts are flaky", () => {
    const times = [1, 2, 3, 4];
    const [scenario] = run([
      ...times.map((n) => (n === 3 ? flat("broken", n) : leaking("broken", n))),
      ...times.map((n) => flat("idle", n)),
      leaking("bigger"),
    ]).scenarios;
    expect(scenario!.flaky).toEqual(["broken"]);
    expect(scenario!.rates).toMatchObject([
      { arm: "broken", ok: 3, of: 4 },
      { arm: "idle", ok: 4, of: 4, high: 1 },
    ]);
    expect(scenario!.rates[1]!.low).toBeCloseTo(0.5101, 4);
    expect(scenario!.ok).toBe(false);
  });

  test("trouble of the environment is no flake and no failure in the rate", () => {
    const [scenario] = run([
      leaking("broken", 1),
      ended(leaking("broken", 2), "environment"),
      leaking("broken", 3),
    ]).scenarios;
    expect(scenario!.flaky).toEqual([]);
    expect(scenario!.rates).toMatchObject([{ ok: 2, of: 2 }]);
    expect(scenario!.ok).toBe(false);
  });

  test("an interrupted run, or one that never had its turn, says nothing of the others", () => {
    const [scenario] = run([
      leaking("broken", 1),
      leaking("broken", 2),
      ended(leaking("broken", 3), "interrupted"),
    ]).scenarios;
    expect(scenario!.arms.map(({ interrupted }) => interrupted)).toEqual([
      undefined,
      undefined,
      true,
    ]);
    expect(scenario!.flaky).toEqual([]);
    expect(scenario!.rates).toMatchObject([{ ok: 2, of: 2 }]);
    expect(scenario!.ok).toBe(false);
  });
});

test("sampling tells the worst source, the rate reached and the gaps", () => {
  const rows = leaking().filter((row) => row.type !== "sample" || row.t % 200 === 0);
  const slow = rows.toSpliced(2, 0, container(420, "disk", "stats-stream"));
  expect(judgeArm(leak, slow).sampling).toMatchObject({ source: "cgroup-v2", hz: 5, samples: 30 });
  expect(judgeArm(leak, slow).sampling.gaps).toBeGreaterThan(0);
});

function withoutOneLoad(rows: readonly Row[]): readonly Row[] {
  return rows.toSpliced(
    rows.findIndex(({ type }) => type === "load"),
    1,
  );
}

function boom(): never {
  throw new TypeError("x is undefined");
}

function unseen(e: Evidence): Record<string, Figure> {
  return { seen: { value: e.number("never"), unit: "1" } };
}

test("a run of 10,000 arms is judged in no time", () => {
  const startedAt = facts.startedAt;
  const planned = Array.from({ length: 10_000 }, (_, i) => ({
    ...{ scenario: "leak", arm: i < 5000 ? "broken" : "fixed", repeat: 1 + (i % 5000) },
    role: i < 5000 ? ("broken" as const) : ("fixed" as const),
  }));
  const records = planned.map((one) => withoutRecord(one, { startedAt, engine }, "none"));
  const began = performance.now();
  expect(run(records).scenarios[0]!.arms).toHaveLength(10_000);
  expect(performance.now() - began).toBeLessThan(1500);
});

test("a rate of samples that no clock could tell apart is none", () => {
  const rows = [...record("fixed", "fixed", 1024)].filter(({ type }) => type !== "sample");
  const two = [sample(1, {}), sample(1 + 1e-320, {}), { ...sample(1.5, {}), t: 1.5 }];
  expect(judgeArm(leak, rows.toSpliced(-1, 0, ...two)).sampling.hz).toBe(0);
});
