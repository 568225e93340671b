import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HeadRow, Provenance } from "../../../harness/record/schema.ts";
import { judgeFolder } from "../../../harness/replay/judge-folder.ts";
import { codeOf } from "../../../harness/replay/provenance.ts";
import { scenariosFolder } from "../../../harness/scenario/load.ts";
import { recordName, smallRun, type SmallRun } from "../../support/example-folder.ts";

let folder: string;
let small: SmallRun;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "judge-folder-"));
  small = await smallRun(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** Judges the fixed arm as if its record said that this code had run. */
async function notesAfter(code: Pick<Provenance, "version" | "scenario">) {
  const [first = "", ...rest] = small.text.split("\n");
  const provenance: Provenance = {
    ...{ commit: null, clean: null, configuration: "", images: {}, arguments: [] },
    ...code,
  };
  const head: HeadRow = { ...(JSON.parse(first) as HeadRow), provenance };
  const lines = [JSON.stringify(head), ...rest];
  await writeFile(join(folder, recordName(small.fixed)), lines.join("\n"));
  const { verdict } = await judgeFolder(folder);
  const arms = verdict.scenarios.flatMap((scenario) => scenario.arms);
  expect(arms.map((arm) => arm.verdict)).toEqual(["reproduced", "fixed"]);
  return arms.map(({ notes }) => notes.filter((note) => note.includes("other code")).length);
}

test("a record of other code is judged, and the verdict says so; of the same, or of none, not", async () => {
  const here = await codeOf(join(scenariosFolder, small.fixed.scenario));
  expect(await notesAfter(here)).toEqual([0, 0]);
  expect(await notesAfter({ ...here, version: "0.0.1" })).toEqual([0, 1]);
  expect(await notesAfter({ ...here, scenario: "another" })).toEqual([0, 1]);
});
