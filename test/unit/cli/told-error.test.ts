import { expect, test } from "vitest";
import { asOurs, toldError, toldInput } from "../../../harness/cli/told-error.ts";
import { UsageError } from "../../../harness/errors.ts";

test("an error of ours is its sentence and its way out", () => {
  expect(toldError(new UsageError("X", "No.", { hint: "Do that." }))).toBe(
    "aftershock: No.\nDo that.",
  );
});

test("a folder that is gone under who stands in it is the machine's, not a fault of ours", () => {
  const error = Object.assign(new Error("ENOENT: process.cwd failed"), { syscall: "uv_cwd" });
  expect(toldError(error)).toMatch(/^aftershock: The folder .* is not there any more\.\nGo to one/);
  expect(asOurs(error)).toMatchObject({ code: "NO_FOLDER", exitCode: 69 });
  expect(asOurs(null)).toBeNull();
});

test("any other is a fault of ours, with its stack", () => {
  expect(toldError(new TypeError("x"))).toMatch(/internal error\nTypeError: x\n {4}at /);
});

test("anything can be thrown", () => {
  const shy = {
    get stack(): string {
      throw new Error("no");
    },
    [Symbol.for("nodejs.util.inspect.custom")]: () => {
      throw new Error("no");
    },
  };
  for (const thrown of [undefined, null, Symbol("s"), Object.create(null), shy])
    expect(toldError(thrown)).toMatch(/^aftershock: internal error/);
});

test("what came with it moves no cursor, and a very long line is cut", () => {
  const told = toldError(new UsageError("X", `a\u001b[2Jb${"c".repeat(5000)}`, { hint: "d" }));
  expect(told).toMatch(/^aftershock: abc{900,1000}…\nd$/);
  expect(toldInput("r\u001b[31mn")).toBe("rn");
});
