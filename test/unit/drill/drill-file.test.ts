import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readDrillFile } from "../../../harness/drill/drill-file.ts";

const text = readFileSync(
  join(import.meta.dirname, "../../../scenarios/cron-pileup/drill/drill.yml"),
  "utf8",
);
const told = (yaml: string) =>
  readDrillFile(yaml).problems.map(({ line, says }) => `${line}: ${says}`);
const lineOf = (word: string) => text.split("\n").findIndex((line) => line.includes(word)) + 1;

test("a drill of ours is read whole, with what it leaves out", () => {
  const { definition, problems } = readDrillFile(text);
  expect(problems).toEqual([]);
  expect(definition).toMatchObject({ number: 1, victim: "cronbox", without: {}, settings: [] });
});

test("a key that is none, and a value that won't do, are told with their lines", () => {
  const odd = text
    .replace("victim: cronbox", "victim: cronbox\nvictims: 2")
    .replace("level: 1", "level: 9");
  expect(told(odd)).toEqual([
    expect.stringMatching(new RegExp(`^${lineOf("level:")}: level: `)),
    `${lineOf("victim:") + 1}: victims: there is no such key`,
  ]);
});

test("what is missing is told at the line of what should hold it", () => {
  expect(told(text.replace(/^victim:.*\n/m, ""))).toEqual([expect.stringMatching(/^1: victim: /)]);
});

test("a pattern that is no expression is told before it is looked for", () => {
  const odd = text.replace(/patterns: .*/, 'patterns: ["("]');
  expect(told(odd)).toEqual([`${lineOf("patterns:")}: spoilers.patterns.0: no regular expression`]);
});

test("a workspace folder leads nowhere else", () => {
  const odd = text.replace("as: site", 'as: "../site"');
  expect(told(odd)).toEqual([expect.stringMatching(/workspace\.site\.as: the name of one folder/)]);
});

test("YAML that is none, or that grows without bounds, is told and not thrown", () => {
  expect(told("number: [1")).toEqual([expect.stringMatching(/^1: /)]);
  const bomb = ["a: &a [x, x]"];
  for (let i = 0; i < 20; i++) bomb.push(`b${i}: [*a, *a]`);
  expect(told(bomb.join("\n"))).toEqual(["1: too many aliases"]);
});
