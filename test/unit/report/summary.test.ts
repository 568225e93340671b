import { expect, test } from "vitest";
import { renderSummary } from "../../../harness/report/summary.ts";
import { arm, claim, judgedRun, verdictOf } from "./fixture.ts";

test("a good run is a table and a sentence", () => {
  const text = renderSummary(judgedRun().verdict);
  expect(text).toMatch(/^## Aftershock: as claimed\n\nAll 3 verdicts as claimed\./);
  expect(text).toContain("| boto-close | fast-close | fixed | fixed |");
  expect(text).not.toContain("### Not as claimed");
});

test("incidents first, all arms folded below", () => {
  const { verdict, scenarios } = judgedRun();
  const text = renderSummary(verdict, scenarios);
  const incidents = text.indexOf("| incident | broken | fixed |");
  const fold = text.indexOf(
    "<details><summary>All that was run: 3 verdicts</summary>\n\n| incident | arm",
  );
  expect(incidents).toBeGreaterThan(0);
  expect(fold).toBeGreaterThan(incidents);
  expect(text.trimEnd().endsWith("</details>")).toBe(true);
});

test("what failed is told with measured and bound", () => {
  const failed = claim({ ok: false, measured: 0, margin: -1 });
  const text = renderSummary(
    verdictOf([arm({ verdict: "not reproduced", ok: false, claims: [failed] })]),
  );
  expect(text).toContain("## Aftershock: not as claimed");
  expect(text).toContain("**boto-close / broken** is not reproduced");
  expect(text).toContain("measured **0 B**, wanted at least 256 MiB");
});

test("what is to be known of an arm as claimed is told, and nothing where there is nothing", () => {
  const noted = renderSummary(
    verdictOf([arm({ notes: ["Played again. Of the first time: late."] })]),
  );
  expect(noted).toContain(
    "### Notes\n\n- boto-close / broken: Played again. Of the first time: late.",
  );
  expect(renderSummary(verdictOf([arm()]))).not.toContain("### Notes");
});

test("a rejected control does not list its failed claims as trouble", () => {
  const text = renderSummary(judgedRun().verdict);
  expect(text).not.toContain("wanted at most");
});

test("repeats tell their rate and name what is flaky", () => {
  const verdict = verdictOf([arm()]);
  const [scenario] = verdict.scenarios;
  scenario?.rates.push({ arm: "broken", ok: 19, of: 20, low: 0.764, high: 0.991 });
  scenario?.flaky.push("broken");
  expect(renderSummary(verdict)).toContain(
    "boto-close / broken: 19 of 20 as claimed (95 % interval 76.4 % to 99.1 %), flaky",
  );
});

test("what was left behind is said", () => {
  expect(
    renderSummary(verdictOf([arm()], { ok: false, leftovers: ["network aftershock-1"] })),
  ).toContain("### Left behind\n\n- network aftershock-1");
});

test("a pipe in a sentence does not break the table", () => {
  const text = renderSummary(verdictOf([arm({ claims: [claim({ sentence: "a | b" })] })]));
  expect(text).toContain("a \\| b");
});
