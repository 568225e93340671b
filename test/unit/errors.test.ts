import { expect, test } from "vitest";
import { InconclusiveError, messageOf, traceOf } from "../../harness/errors.ts";

test("an error of ours is told by its message, as it is", () =>
  expect(messageOf(new InconclusiveError("X", "Waited 5 s in vain: /ready in api"))).toBe(
    "Waited 5 s in vain: /ready in api",
  ));

test.each([
  [new TypeError("x is not a function"), "TypeError: x is not a function"],
  [new Error("first\nsecond"), "Error: first"],
  [new Error(""), "Error"],
  [null, "null was thrown, which is no error"],
  [undefined, "undefined was thrown, which is no error"],
  ["no", "'no' was thrown, which is no error"],
  [{ a: 1 }, "{ a: 1 } was thrown, which is no error"],
])("%j in one sentence, without a stack", (thrown, sentence) =>
  expect(messageOf(thrown)).toBe(sentence),
);

test.each([
  "ENOENT: no such file or directory, open '/home/anna/lab/run.json'",
  "Cannot find module '/home/anna/lab/x.ts' imported from file:///home/anna/lab/y.ts",
  "at file:///home/anna/lab/y.ts:3:4",
])("a path of this machine is no part of it: %s", (text) => {
  expect(messageOf(new Error(text))).not.toMatch(/anna|lab/);
  expect(messageOf(new Error(text))).toMatch(/run\.json|x\.ts|y\.ts/);
});

test("addresses are no paths", () =>
  expect(messageOf(new Error("GET http://api:8000/a/b?c=1/2 failed, 3/4 done"))).toBe(
    "Error: GET http://api:8000/a/b?c=1/2 failed, 3/4 done",
  ));

test("a message without an end is cut", () =>
  expect(messageOf(new Error("x".repeat(1e6)))).toHaveLength(500));

test("the trace has the stack, also of what caused it", () => {
  const trace = traceOf(new Error("outer", { cause: new Error("inner") }));
  expect(trace).toMatch(/outer[^]*errors\.test\.ts[^]*inner[^]*errors\.test\.ts/);
});
