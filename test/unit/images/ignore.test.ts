import { expect, test } from "vitest";
import { readIgnore } from "../../../harness/images/ignore.ts";

const out = (text: string, ...paths: string[]) =>
  paths.filter((path) => readIgnore(text).leavesOut(path));

test("a name leaves out the file, or the folder with all below", () => {
  expect(out("a\n/b/\n./c/d", "a", "a/x/y", "x/a", "b/z", "c/d", "c/e")).toEqual([
    "a",
    "a/x/y",
    "b/z",
    "c/d",
  ]);
});

test("patterns stay within a folder, but for **", () => {
  const paths = ["x.md", "a/x.md", "a/b/x.md", "x.mdx"];
  expect(out("*.md", ...paths)).toEqual(["x.md"]);
  expect(out("*/*.md", ...paths)).toEqual(["a/x.md"]);
  expect(out("**/*.md", ...paths)).toEqual(["x.md", "a/x.md", "a/b/x.md"]);
  expect(out("a/**", "a/b/c", "a")).toEqual(["a/b/c"]);
  expect(out("[x-z].?", "x.a", "w.a", "y.ab")).toEqual(["x.a"]);
});

test("the last pattern that fits decides", () => {
  const text = "# all\n*\n!app\napp/secret\n";
  expect(out(text, "README.md", "app", "app/main.py", "app/secret/key")).toEqual([
    "README.md",
    "app/secret/key",
  ]);
  expect(readIgnore(text).wholeFolders).toBe(false);
});

test("empty lines, comments and the context itself leave nothing out", () => {
  expect(out("\n  \n#x\n.\n/\n", "x", "#x", "a/b")).toEqual([]);
});

test("a rule for a folder above and a later one for the path: the later decides, in any order asked", () => {
  const { leavesOut } = readIgnore("a\n!a/b\na/b/c\n!**/keep\n");
  const paths = ["a/b/c/keep/x", "a/b/c/d", "a/b/e", "a/f", "g"];
  expect(paths.map(leavesOut)).toEqual([false, true, false, true, false]);
  expect(paths.toReversed().map(leavesOut)).toEqual([false, true, false, true, false]);
});
