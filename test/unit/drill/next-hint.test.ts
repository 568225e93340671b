import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEvents } from "../../../harness/drill/events.ts";
import { nextHint } from "../../../harness/drill/next-hint.ts";

const hints = "Not this.\n\n## Where\nlook here\n\n## How\nwith that\n";
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hints-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const counted = async () =>
  (await readEvents(folder)).flatMap(({ event, hint }) => (event === "hint" ? [hint] : []));

test("hints come one after the other, each counted once; the last stays the last", async () => {
  expect(await nextHint(folder, hints)).toEqual({
    number: 1,
    of: 2,
    heading: "Where",
    text: "look here",
    noMore: false,
  });
  expect(await nextHint(folder, hints)).toMatchObject({ heading: "How", noMore: false });
  expect(await nextHint(folder, hints)).toMatchObject({ heading: "How", noMore: true });
  expect(await nextHint(folder, hints, 2)).toMatchObject({ heading: "How", noMore: false });
  expect(await counted()).toEqual([1, 2]);
});

test("one that was given is given again for nothing; none is given before its turn", async () => {
  await expect(nextHint(folder, hints, 2)).rejects.toMatchObject({ code: "HINT_TOO_FAR" });
  await expect(nextHint(folder, hints, 0)).rejects.toMatchObject({ exitCode: 64 });
  await nextHint(folder, hints, 1);
  await nextHint(folder, hints, 1);
  expect(await counted()).toEqual([1]);
});
