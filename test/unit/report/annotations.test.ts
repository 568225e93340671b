import { expect, test } from "vitest";
import type { ArmVerdict, Verdict } from "../../../harness/judge/verdict-types.ts";
import { annotations, type PlaceOf } from "../../../harness/report/annotations.ts";
import { engine } from "../../support/rows.ts";

type Claim = ArmVerdict["claims"][number];

const claim = (id: string, more: Partial<Claim> = {}): Claim => ({
  ...{ id, kind: "rise", sentence: `The memory of ${id} rises`, measured: 2 ** 20, unit: "B" },
  ...{ relation: "at least", bound: 2 ** 28, ok: false, margin: -1 },
  ...more,
});

const arm = (more: Partial<ArmVerdict>): ArmVerdict => ({
  ...{ name: "broken", role: "broken", repeat: 1, verdict: "not reproduced", ok: false },
  ...{ notes: [], durationMs: 1000, cpuMs: 0, figures: {}, claims: [] },
  sampling: { source: "cgroup-v2", hz: 20, samples: 1, gaps: 0 },
  ...more,
});

function verdictOf(arms: readonly ArmVerdict[], more: Partial<Verdict> = {}): Verdict {
  const scenario = { id: "march", ok: false, arms: [...arms], flaky: [], rates: [] };
  return {
    ...{ schema: "aftershock/verdict@1", ok: false, startedAt: "", durationMs: 0, leftovers: [] },
    ...{ engine, scenarios: [scenario] },
    ...more,
  };
}

const placeOf: PlaceOf = (scenario, name, id) => ({
  file: `incidents/${scenario}/scenario.ts`,
  line: id ? 40 : name === "broken" ? 10 : 11,
});

test("a claim that failed is an error at its line, with what was measured and wanted", () => {
  const claims = [claim("app"), claim("db", { ok: true })];
  expect(annotations(verdictOf([arm({ claims })]), placeOf)).toEqual([
    "::error file=incidents/march/scenario.ts,line=40,title=march / broken is not reproduced::The memory of app rises: measured 1 MiB, wanted at least 256 MiB",
  ]);
});

test("what could not be judged is a warning at its arm: the machine's, and no regression", () => {
  const lacking = arm({ verdict: "environment", reason: "No disk.", claims: [claim("app")] });
  expect(annotations(verdictOf([lacking]), placeOf)).toEqual([
    "::warning file=incidents/march/scenario.ts,line=10,title=march / broken is environment::No disk.",
  ]);
});

test("a wrong fix that was accepted is an error at its arm", () => {
  const accepted = arm({ name: "bigger", role: "control", verdict: "accepted" });
  expect(annotations(verdictOf([accepted]), placeOf)).toEqual([
    "::error file=incidents/march/scenario.ts,line=11,title=march / bigger is accepted::march / bigger is accepted",
  ]);
});

test("what is as claimed is none, and what is of no repository has no place", () => {
  expect(annotations(verdictOf([arm({ ok: true, verdict: "reproduced" })]), placeOf)).toEqual([]);
  const [line] = annotations(verdictOf([arm({ claims: [claim("app")] })]), () => undefined);
  expect(line).toMatch(/^::error title=/);
});

test("whatever a sentence or a container says, it is one order and no more", () => {
  const hostile = "50 % less\n::set-output name=x::y\r##[command]\u001b[31m, a: b";
  const claims = [claim("app", { sentence: hostile })];
  const place = () => ({ file: "a,b:c%/scenario.ts", line: 1 });
  const lines = annotations(verdictOf([arm({ claims })]), place);
  expect(lines).toHaveLength(1);
  for (const mark of ["\r", "\n", "\u001b"]) expect(lines[0]).not.toContain(mark);
  expect(lines[0]).toContain("file=a%2Cb%3Ac%25/scenario.ts,line=1");
  expect(lines[0]).toContain("::50 %25 less");
  expect(lines[0]).not.toContain("##[");
});

test("GitHub shows ten of a step: the last one says how many more there are", () => {
  const claims = Array.from({ length: 14 }, (_, i) => claim(`c${i}`));
  const lines = annotations(verdictOf([arm({ claims })]), placeOf);
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toContain("::5 more are in the job's summary.");
  expect(annotations(verdictOf([arm({ claims: claims.slice(0, 10) })]), placeOf)).toHaveLength(10);
});

test("what was left behind is an error of the run", () => {
  const left = verdictOf([], { leftovers: ["network x"] });
  expect(annotations(left, placeOf)).toEqual(["::error title=aftershock::left behind: network x"]);
});
