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

test.each([
  ["a link", "[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"],
  ["a picture", "![x](http://y)", "!\\[x\\](http://y)"],
  ["markup", "<img src=x>", "\\<img src=x\\>"],
  ["a heading", "# Passed", "\\# Passed"],
  ["a list", "- one", "\\- one"],
  ["further rows", "a\r| ok |\u2028| ok |", "a \\| ok \\| \\| ok \\|"],
  ["what is crossed out, code and mathematics", "~~a~~ `b` $c$", "\\~\\~a\\~\\~ \\`b\\` \\$c\\$"],
  ["a control", "a\u001b[2J", "a�\\[2J"],
])("%s is but text in Markdown", (_, text, safe) => {
  expect(escapeCell(text)).toBe(safe);
});

test("the end of a CDATA section and text that turns round are made safe", () => {
  expect(escape("]]>")).toBe("]]&gt;");
  expect(escape("\u202egnp.exe\u2066")).toBe("�gnp.exe�");
});
