import { expect, test } from "vitest";
import { globExpression, isGlob } from "../../../harness/images/glob.ts";

const fits = (pattern: string, ...paths: string[]) =>
  paths.filter((path) => globExpression(pattern).test(path));

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
