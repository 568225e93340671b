import { expect, test } from "vitest";
import * as is from "../../../harness/judge/is.ts";

const user = is.object<{ name: string; age: number | null }>({
  name: is.text,
  age: is.nullOr(is.number),
});

test.each([
  ["a number", is.number, [0, -1.5], [Number.NaN, Infinity, "1", null]],
  ["a text", is.text, ["", "x"], [1, null, ["x"]]],
  ["a truth", is.truth, [true, false], [0, "true", null]],
  ["one of some", is.oneOf<string | number>("a", 1), ["a", 1], ["1", "b", null]],
  ["null or more", is.nullOr(is.number), [null, 1], [undefined, "1"]],
  ["a list", is.listOf(is.number), [[], [1, 2]], [[1, "2"], { 0: 1 }, "12"]],
  ["a record", is.recordOf(is.text), [{}, { a: "b" }], [{ a: 1 }, ["a"], null]],
  ["an object", user, [{ name: "x", age: null, more: 1 }], [{ name: "x" }, { age: 1 }, null, []]],
])("%s", (_, shape: (value: unknown) => boolean, right: unknown[], wrong: unknown[]) => {
  for (const value of right) expect(shape(value)).toBe(true);
  for (const value of wrong) expect(shape(value)).toBe(false);
});
