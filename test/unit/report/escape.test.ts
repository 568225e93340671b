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
  ["a picture", "![x](y.png)", "!\\[x\\](y.png)"],
  ["markup", "<img src=x>", "\\<img src=x\\>"],
  ["a heading", "# Passed", "\\# Passed"],
  ["a list", "- one", "\\- one"],
  ["further rows", "a\r| ok |\u2028| ok |", "a \\| ok \\| \\| ok \\|"],
  ["what is crossed out, code and mathematics", "~~a~~ `b` $c$", "\\~\\~a\\~\\~ \\`b\\` \\$c\\$"],
  ["a control", "a\u001b[2J", "a�\\[2J"],
  ["a numbered list", "1. one, 2.5 two", "1\\. one, 2.5 two"],
  ["an indented block", "     code", "code"],
  ["a character by its number", "&lt;b&gt;", "\\&lt;b\\&gt;"],
])("%s is but text in Markdown", (_, text, safe) => {
  expect(escapeCell(text)).toBe(safe);
});

test.each([
  ["an address", "see https://evil.example/x.", "see `https://evil.example/x.`"],
  ["an address of any scheme", "FTP://x", "`FTP://x`"],
  ["a host", "WWW.evil.example", "`WWW.evil.example`"],
  ["somebody's name", "by @octocat, a@b.example", "by `@octocat,` `a@b.example`"],
  ["an issue", "broken #2 o/r#1 GH-3", "broken `#2` `o/r#1` `GH-3`"],
  ["an issue by numbers", "&#35;1", "`&#35;1`"],
  ["an advisory", "GHSA-jfh8-c2jp-5v3q", "`GHSA-jfh8-c2jp-5v3q`"],
  ["a commit", "network x-0a1b2c3d", "network `x-0a1b2c3d`"],
  ["a picture of a name", ":white_check_mark: ok", "`:white_check_mark:` ok"],
  ["an address among marks", "a`http://x|`@y", "a\\``http://x`\\|\\``@y`"],
])("%s, of which GitHub would make more by itself, is code", (_, text, safe) => {
  expect(escapeCell(text)).toBe(safe);
});

test("what a terminal would obey, and what nobody sees, is shown as left out", () => {
  for (const character of [
    "\u007f",
    "\u009b",
    "\u009d",
    "\u200e",
    "\u061c",
    "\u202e",
    "\u{e0041}",
  ]) {
    expect(escape(`a${character}b`)).toBe("a�b");
    expect(escapeCell(`a${character}b`)).toBe("a�b");
  }
  expect(escape("\u{1f469}\u200d\u{1f680}")).toBe("\u{1f469}\u200d\u{1f680}");
});

test("a long stretch of blanks is soon one", { timeout: 2000 }, () => {
  expect(escapeCell(`a${" ".repeat(100_000)}b`)).toBe("a b");
});

test("the end of a CDATA section and text that turns round are made safe", () => {
  expect(escape("]]>")).toBe("]]&gt;");
  expect(escape("\u202egnp.exe\u2066")).toBe("�gnp.exe�");
});
