import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { incidentTable } from "../../../../harness/report/terminal/incidents.ts";
import { judgeFolder } from "../../../../harness/index.ts";
import { arm, claim, definition, verdictOf } from "../fixture.ts";

const MiB = 1024 ** 2;
const headline = {
  figure: "peakAfterHangUp",
  failed: "close() reads the rest",
  held: "nothing is read",
};
const known = new Map([["boto-close", definition({ headline })]]);
const fixed = (parts = {}) =>
  arm({
    name: "fast-close",
    role: "fixed",
    verdict: "fixed",
    figures: { peakAfterHangUp: { value: 137 * MiB, unit: "B" } },
    ...parts,
  });

describe("an incident is told by its pair", () => {
  test("how it failed, how it held, and by how much, in the scenario's words", () => {
    expect(incidentTable(verdictOf([arm(), fixed()]), known).split("\n")).toEqual([
      "Closing a Key reads the rest of the object                            boto-close",
      "  failed  close() reads the rest                                548 MiB",
      "  held    nothing is read                                       137 MiB  4× less",
      "",
      "",
    ]);
  });

  test("one that is not as claimed has its verdict, and what it was judged by", () => {
    const off = fixed({ verdict: "not fixed", ok: false, claims: [claim({ ok: false })] });
    const text = incidentTable(verdictOf([arm(), off]), known);
    expect(text).toContain("  not fixed  after the hang-up memory rises by at least");
    expect(text).not.toContain("nothing is read");
    expect(text).not.toContain("held");
  });

  test("of several runs the one that is not as claimed is told", () => {
    const runs = [arm(), arm({ repeat: 2, ok: false, verdict: "inconclusive", reason: "no load" })];
    expect(incidentTable(verdictOf(runs), known)).toContain("inconclusive");
  });

  test("one without words of its own is told by its claims, in whole words", () => {
    const text = incidentTable(
      verdictOf([arm(), fixed()]),
      new Map([["boto-close", definition()]]),
    );
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "failed after the hang-up memory rises by at least the object's size: 512 MiB (at least 256 MiB)",
    );
    expect(text).not.toContain("…");
  });

  test("what had not begun is left out", () => {
    const waiting = fixed({ interrupted: true, durationMs: 0, ok: false, verdict: "inconclusive" });
    expect(incidentTable(verdictOf([arm(), waiting]), known)).not.toContain("inconclusive");
  });

  test("a figure of nought has no ratio", () => {
    const none = fixed({ figures: { peakAfterHangUp: { value: 0, unit: "B" } } });
    expect(incidentTable(verdictOf([arm(), none]), known)).not.toMatch(/less|Infinity|NaN/);
  });
});

test("the five incidents fit a terminal of 80 by 24, and each has words and a figure", async () => {
  const { verdict, scenarios } = await judgeFolder(
    resolve(import.meta.dirname, "../../../../docs/example-run"),
  );
  const lines = incidentTable(verdict, scenarios).trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(19);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  const told = lines.filter((line) => /^ {2}(failed|held) /.test(line));
  expect(told).toHaveLength(10);
  for (const line of told) expect(line).toMatch(/ {2}[\d,.]+( (MiB|s|ms))?( {2}[\d,.]+× less)?$/);
});
