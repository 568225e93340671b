import { expect, test } from "vitest";
import { globOf, isGlob } from "../../../harness/images/glob.ts";

const fits = (pattern: string, ...paths: string[]) => paths.filter(globOf(pattern));

test("one star stays in its folder, two don't", () => {
  expect(fits("a/*.py", "a/x.py", "a/.py", "a/b/x.py", "x.py")).toEqual(["a/x.py", "a/.py"]);
  expect(fits("**/x", "x", "a/x", "a/b/x", "ax")).toEqual(["x", "a/x", "a/b/x"]);
  expect(fits("a/**/b", "a/b", "a/x/y/b", "ab")).toEqual(["a/b", "a/x/y/b"]);
});

test("classes, single characters, and what stands for itself", () => {
  expect(fits("[a-c]?", "ab", "dd", "a/", "a")).toEqual(["ab"]);
  expect(fits("[^a]", "a", "b")).toEqual(["b"]);
  expect(fits("a.b+(c)", "a.b+(c)", "axb+(c)")).toEqual(["a.b+(c)"]);
  expect(fits("\\*", "*", "a")).toEqual(["*"]);
});

test("a pattern that makes no sense fits nothing", () => {
  expect(fits("[z-a]", "z", "a", "[z-a]")).toEqual([]);
  expect(fits("[", "[", "a")).toEqual(["["]);
});

test("what is a pattern", () => {
  expect(["a*", "a?", "[a]", "a\\b", "a.b"].map(isGlob)).toEqual([true, true, true, true, false]);
});

// As an expression each of these takes longer than anybody waits.
test.each([
  ["*a".repeat(12) + "b", "a".repeat(120)],
  ["**/".repeat(12) + "b", "a/".repeat(40) + "a"],
  ["**a".repeat(200) + "b", "a".repeat(4000)],
  ["*?".repeat(200) + "b", "a".repeat(4000)],
  ["**/*a".repeat(100) + "b", "a/".repeat(2000)],
  ["*".repeat(60_000), "a/".repeat(2000)],
])("a pattern with many ways to fit is soon decided: %#", (pattern, path) => {
  const began = performance.now();
  globOf(pattern)(path);
  expect(performance.now() - began).toBeLessThan(2000);
});

test("several stars find the one way that there is", () => {
  expect(fits("*a*b*c", "xaxbxc", "abc", "acb", "a/b/c", "abcx")).toEqual(["xaxbxc", "abc"]);
  expect(fits("**/**/a*/**/b", "a/b", "x/ay/z/b", "x/y/b", "xa/b")).toEqual(["a/b", "x/ay/z/b"]);
  expect(fits("a?**?c", "abbc", "a/b/c", "abc", "ab/bc")).toEqual(["abbc", "ab/bc"]);
});
