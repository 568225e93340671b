import { expect, test } from "vitest";
import { InconclusiveError } from "../../../harness/errors.ts";
import { endingOf } from "../../../harness/replay/ending.ts";

const { signal } = new AbortController();
const folder = import.meta.dirname;

test("what the scenario's code throws is told with its line there", () => {
  const error = new ReferenceError("phaze is not defined");
  expect(endingOf(error, signal, folder)).toEqual({
    outcome: "inconclusive",
    reason: expect.stringMatching(/^ReferenceError: phaze is not defined \(ending\.test\.ts:9\)$/),
  });
});

test("but not what a library or the lab throws, nor where the code is not to be told", () => {
  const error = new Error("no");
  const reason = "Error: no";
  expect(endingOf(error, signal, "/usr")).toMatchObject({ reason });
  expect(endingOf(error, signal)).toMatchObject({ reason });
  expect(endingOf(new InconclusiveError("X", "Waited in vain."), signal, folder)).toMatchObject({
    reason: "Waited in vain.",
  });
  expect(endingOf(null, signal, folder)).toMatchObject({
    reason: "null was thrown, which is no error",
  });
});
