import { expect, test } from "vitest";
import { isName, parseLine } from "../../../harness/replay/line.ts";

test("what a line says", () => {
  expect(parseLine('{"observe":"jobs","value":[1],"unit":"B/job"}')).toEqual({
    is: "observation",
    name: "jobs",
    value: [1],
    unit: "B/job",
  });
  expect(parseLine('{"observe":"jobs"}')).toEqual({ is: "observation", name: "jobs", value: null });
  expect(parseLine('{"load":"ticks"}')).toEqual({ is: "load", name: "ticks", count: 1 });
  expect(parseLine('{"phase":"hang"}')).toEqual({ is: "phase", name: "hang" });
});

test("a program's own lines of JSON are none of ours, however long", () => {
  expect(parseLine('{"level":"info","phase2":1}')).toBeUndefined();
  expect(parseLine(`{"level":"${"x".repeat(1e6)}"}`)).toBeUndefined();
  expect(parseLine("{half")).toBeUndefined();
  expect(parseLine(`{"observe":"x","value":"${"x".repeat(1e6)}"}`)).toBe("malformed");
});

test.each(["", "  ", "a\nb", "\u001b[31m", "\u009b31m", "x".repeat(201), "__proto__", 7, null])(
  "%j is no name",
  (name) => expect(isName(name)).toBe(false),
);

test.each(["hang", "jobs older than 1 s", "four: before", "constructor", "x".repeat(200)])(
  "%s is a name",
  (name) => expect(isName(name)).toBe(true),
);
