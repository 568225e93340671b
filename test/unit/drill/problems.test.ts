import { expect, test } from "vitest";
import { readDrillFile } from "../../../harness/drill/drill-file.ts";
import { drillProblems, paperProblems, type DrillFacts } from "../../../harness/drill/problems.ts";

const text = `number: 7
name: a-name
title: A title
level: 1
minutes: 30
victim: box
charts:
  - { title: "Memory", service: box, metric: anon }
  - { title: "Rows", observed: rows }
workspace:
  app: { as: code }
settings: [SIZE]
claims: { never-killed: "nothing is killed", stays-flat: "it stays flat" }
spoilers: { words: [leak] }
`;
const facts: DrillFacts = {
  services: ["box", "client"],
  fixable: { places: { app: { services: ["box"], at: "/app" } }, settings: ["SIZE"] },
  claims: ["never-killed", "stays-flat"],
  others: [{ number: 1, name: "another" }],
};

/** Problems after some of the text was replaced. */
function told(from: string, to: string, other: Partial<DrillFacts> = {}): readonly string[] {
  const { definition, problems, lineOf } = readDrillFile(text.replace(from, to));
  expect(problems).toEqual([]);
  const all = drillProblems(definition!, { ...facts, ...other }, lineOf);
  return all.map(({ line, says }) => `${line}: ${says}`);
}

test("of a drill that is right nothing is told", () => {
  expect(told("", "")).toEqual([]);
});

test.each([
  ["victim: box", "victim: bxo", '6: victim: there is no service "bxo"; did you mean "box"?'],
  ["service: box", "service: db", '8: charts.0.service: there is no service "db"'],
  ["app: {", "apps: {", '11: workspace.apps: there is no place of `fixable` "apps"'],
  ["[SIZE]", "[SIZES]", '12: settings.0: there is no setting of `fixable` "SIZES"'],
  [
    "stays-flat:",
    "stay-flat:",
    '13: claims.stay-flat: no fix is held to this; did you mean "stays-flat"?',
  ],
  ["number: 7", "number: 1", '1: number: 1 is the number of "another"'],
])("%s as %s is told with its line", (from, to, expected) => {
  expect(told(from, to)).toContainEqual(expect.stringContaining(expected));
});

test("a promise without words is told; words for one that only some records make are not", () => {
  expect(told(', stays-flat: "it stays flat"', "")).toEqual([
    "13: claims: without words for stays-flat",
  ]);
  expect(told("claims: {", 'claims: { sockets-level: "none pile up", ')).toEqual([]);
});

test("papers: a symptom of 150 words at most, two to four hints with something under them", () => {
  const fine = { symptom: "It is slow.", hints: "## One\na\n## Two\nb\n", debrief: "So it was." };
  expect(paperProblems(fine)).toEqual([]);
  const long = { ...fine, symptom: "word ".repeat(151) };
  expect(paperProblems(long)[0]?.says).toMatch(/^151 words/);
  expect(paperProblems({ ...fine, hints: "## One\na\n" })[0]?.says).toMatch(/^1 parts/);
  const empty = paperProblems({ ...fine, hints: "## One\n## Two\nb\n" });
  expect(empty).toEqual([{ file: "hints.md", line: 1, says: 'nothing stands under "One"' }]);
});
