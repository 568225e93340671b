import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { execa } from "execa";
import { lineEndProblems } from "../../../harness/scenario/line-ends.ts";

test("scripts and patches that a checkout gave CRLF are named; other text is nobody's concern", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crlf-"));
  mkdirSync(join(folder, "app"));
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  write("app/start", "#!/bin/sh\r\nexec app\r\n");
  write("app/good", "#!/bin/sh\nprintf '\\r\\n'\n");
  write("app/page.html", "<p>\r\n");
  write("fix.patch", "--- a/x\r\n+++ b/x\r\n");
  write("empty", "");
  expect(await lineEndProblems(folder)).toEqual([
    expect.stringMatching(/app\/start:1: its lines end in CRLF.*\.gitattributes/),
    expect.stringMatching(/fix\.patch:1: /),
  ]);
  rmSync(folder, { recursive: true });
});

test("a clone on Windows has no CRLF in what Linux reads", async () => {
  const { stdout } = await execa("git", ["ls-files", "--eol"], { cwd: import.meta.dirname });
  const text = stdout.split("\n").filter((line) => !/attr\/-text/.test(line));
  expect(text.length).toBeGreaterThan(10);
  for (const line of text) expect(line).toMatch(/attr\/text=auto eol=lf/);
});
