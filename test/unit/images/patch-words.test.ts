import { expect, test } from "vitest";
import { unapplied } from "../../../harness/images/patch-words.ts";

/** A build's words as BuildKit gives them, with what `patch` said as its step 8. */
const build = (...said: readonly string[]) => [
  "#7 [tools 2/2] RUN --mount=type=secret,id=host_ca apt-add patch",
  "#7 0.312 patching file of-another-step",
  "#7 DONE 2.1s",
  "#8 [stage-1 2/2] RUN /tools/usr/bin/patch -d '/app/' -p1 </tmp/fix.patch",
  ...said.map((line) => `#8 0.141 ${line}`),
  "#8 ERROR: process \"/bin/sh -c patch\" did not complete successfully: exit code: 1",
  "------",
  ...said.map((line) => `0.141 ${line}`),
  "failed to solve: process",
]; // prettier-ignore

const failed = "1 out of 1 hunk FAILED -- saving rejects to file app.js.rej";

test.each<[string, readonly string[], string]>([
  ["one hunk", ["patching file app.js", "Hunk #1 FAILED at 3.", failed], "the patch does not apply to app.js (hunk 1)"],
  ["the name of a file with a space", ["patching file 'my app.js'", "Hunk #2 FAILED at 3."], "the patch does not apply to 'my app.js' (hunk 2)"],
  [
    "several files",
    ["patching file a.js", "Hunk #1 FAILED at 3.", "Hunk #3 FAILED at 9.", "patching file b.js", "patching file c.js", "Hunk #2 FAILED at 1."],
    "the patch does not apply to a.js (hunks 1, 3) and c.js (hunk 2)",
  ],
  [
    "what is there already",
    ["patching file app.js", "Reversed (or previously applied) patch detected!  Assume -R? [n] ", "Skipping patch."],
    "the patch does not apply to app.js: it seems to be applied there already",
  ],
  [
    "a file that is not there",
    ["can't find file to patch at input line 3", "|--- a/lib/nope.js", "|+++ b/lib/nope.js\t2026-01-01", "File to patch: "],
    "the patch does not apply: there is no file lib/nope.js",
  ],
  ["no patch at all", ["patch: **** malformed patch at line 5:  "], "the patch can't be read: malformed patch at line 5"],
])("%s", (_, said, why) => expect(unapplied(build(...said))).toEqual({ why, said })); // prettier-ignore

test("of many words the last ten", () => {
  const many = Array.from({ length: 50 }, (_, i) => `patching file ${i}.js`);
  expect(unapplied(build(...many, "Hunk #1 FAILED at 3."))?.said).toHaveLength(10);
});

test("another step's failure is none of a patch's", () => {
  expect(unapplied(build("E: Unable to locate package nodejs"))).toBeUndefined();
  expect(unapplied(["Hunk #1 FAILED at 3."])).toBeUndefined();
  expect(unapplied([])).toBeUndefined();
});
