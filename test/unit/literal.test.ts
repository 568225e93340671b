import { expect, test } from "vitest";
import { literal } from "../../harness/literal.ts";

test("every character stands for itself, with and without the flag u's rules", () => {
  const text = String.raw`a.b*c+d?e^f$g(h)i[j]k{l}m|n\o/p-q_r s"'#`;
  for (const flags of ["", "v"])
    expect(new RegExp(`^${literal(text)}$`, flags).test(text)).toBe(true);
  expect(new RegExp(literal("a.b")).test("axb")).toBe(false);
});
