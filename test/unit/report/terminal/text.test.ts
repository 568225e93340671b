import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cut, wrap } from "../../../../harness/report/terminal/text.ts";

test("cut text ends with an ellipsis and fits", () => {
  expect(cut("abcdef", 6)).toBe("abcdef");
  expect(cut("abcdef", 4)).toBe("abc…");
});

test.each([
  ["日本語", 6, "日本語"],
  ["日本語", 5, "日本…"],
  ["日本語", 4, "日…"],
  ["x🙂y", 3, "x…"],
  ["x🙂y", 4, "x🙂y"],
  ["ab", 0, "…"],
])("%s in %d cells is %s: East Asian letters and pictures take two", (text, width, shown) => {
  expect(cut(text, width)).toBe(shown);
});

test("wrapped text keeps all its words within the width", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(words, (all) => {
      const lines = wrap(all.join(" "), 20, "- ", "  ");
      expect(lines.flatMap((line) => line.slice(2).split(" "))).toEqual(all);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(20);
    }),
  );
});
