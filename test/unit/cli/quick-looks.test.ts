import { expect, test } from "vitest";
import { lookText } from "../../../harness/cli/check-command.ts";

test("a quick look is a line; the tool's own words follow where it fails, cleaned", () => {
  const look = { what: "it parses", seconds: 0.42 };
  expect(lookText({ ...look, ok: true, said: [] })).toBe("it parses: ok, 0.4 s\n");
  const said = ["  line 4", "SyntaxError: \u001b[31minvalid"];
  const text = lookText({ ...look, ok: false, said });
  expect(text).toMatch(
    /^it parses: NO, 0\.4 s\n {6}line 4\n {4}SyntaxError: .*invalid\nIt is started all the same\.\n$/,
  );
  expect(text).not.toContain("\u001b");
});
