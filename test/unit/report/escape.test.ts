import { expect, test } from "vitest";
import { escape, escapeCell } from "../../../harness/report/escape.ts";

test("markup, quotes and characters that no XML holds are made safe", () => {
  expect(escape(`<b a="1">&'`)).toBe("&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
  expect(escape("a\u0000b\u001b[31mc\ufffe")).toBe("a�b�[31mc�");
  expect(escape("tab\tline\n")).toBe("tab\tline\n");
});

test("a lone half of a pair is replaced, a whole pair is kept", () => {
  expect(escape("\ud83d")).toBe("�");
  expect(escape("\udc00 \u{1f600}")).toBe("� \u{1f600}");
});

test("a table cell stays one cell on one line", () => {
  expect(escapeCell("a|b\n c_d")).toBe("a\\|b c\\_d");
});
