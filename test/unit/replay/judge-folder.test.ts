import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HeadRow, Provenance } from "../../../harness/record/schema.ts";
import { exitCodeOf } from "../../../harness/judge/verdict.ts";
import { judgeFolder } from "../../../harness/replay/judge-folder.ts";
import { codeOf } from "../../../harness/replay/provenance.ts";
import { runTroubles } from "../../../harness/report/telling.ts";
import { labFolder } from "../../../harness/scenario/places.ts";
import { recordName, smallRun, type SmallRun } from "../../support/example-folder.ts";

let folder: string;
let small: SmallRun;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "judge-folder-"));
  small = await smallRun(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** What a record's text is where its head says otherwise. */
function retold(text: string, change: (head: HeadRow) => HeadRow): string {
  const [first = "", ...rest] = text.split("\n");
  return [JSON.stringify(change(JSON.parse(first) as HeadRow)), ...rest].join("\n");
}

/** Judges the fixed arm as if its record said that this code had run, and the broken one's of none. */
async function notesAfter(code: Pick<Provenance, "version" | "scenario">) {
  const provenance: Provenance = {
    ...{ commit: null, clean: null, configuration: "", images: {}, arguments: [] },
    ...code,
  };
  const fixed = retold(small.text, (head) => ({ ...head, provenance }));
  await writeFile(join(folder, recordName(small.fixed)), fixed);
  const packed = join(folder, `${recordName(small.broken)}.zst`);
  const broken = retold(zstdDecompressSync(await readFile(packed)).toString(), (head) => {
    const { provenance, ...rest } = head;
    return provenance ? rest : head;
  });
  await writeFile(packed, zstdCompressSync(broken));
  const { verdict } = await judgeFolder(folder);
  const arms = verdict.scenarios.flatMap((scenario) => scenario.arms);
  expect(arms.map((arm) => arm.verdict)).toEqual(["reproduced", "fixed"]);
  return arms.map(({ notes }) => notes.filter((note) => note.includes("other code")).length);
}

test("a record of other code is judged, and the verdict says so; of the same, or of none, not", async () => {
  const here = await codeOf(join(labFolder, small.fixed.scenario));
  expect(await notesAfter(here)).toEqual([0, 0]);
  expect(await notesAfter({ ...here, version: "0.0.1" })).toEqual([0, 1]);
  expect(await notesAfter({ ...here, scenario: "another" })).toEqual([0, 1]);
});

test("a run that nobody could look over is none that is as claimed, also when it is judged again", async () => {
  const run = { ...small.run, unaudited: "Nobody could look for what was left behind. No engine." };
  await writeFile(join(folder, "run.json"), JSON.stringify(run));
  const { verdict } = await judgeFolder(folder);
  expect(verdict).toMatchObject({ ok: false, unaudited: run.unaudited });
  expect(exitCodeOf(verdict)).toBe(69);
  expect(runTroubles(verdict)).toEqual([run.unaudited]);
});

/** What is said of each arm of the plan. */
async function reasons() {
  const { verdict } = await judgeFolder(folder);
  return verdict.scenarios.flatMap(({ arms }) => arms.map(({ reason }) => reason));
}

test("records that are too much together cost those that are too much, and no other", async () => {
  const [first = "", ...rest] = small.text.replace(/,"rows":\d+/, "").split("\n");
  const value = "x".repeat(1e6);
  const words = `${JSON.stringify({ type: "observation", t: 1, name: "x", value })}\n`.repeat(60);
  const plan = [1, 2, 3, 4, 5].map((repeat) => ({ ...small.fixed, repeat }));
  for (const arm of plan) {
    const head = JSON.stringify({ ...(JSON.parse(first) as HeadRow), repeat: arm.repeat });
    const text = `${head}\n${arm.repeat < 5 ? words : ""}${rest.join("\n")}`;
    await rm(join(folder, recordName(arm)), { force: true });
    await writeFile(join(folder, `${recordName(arm)}.zst`), zstdCompressSync(text));
  }
  await writeFile(join(folder, "run.json"), JSON.stringify({ ...small.run, plan }));
  const told = await reasons();
  expect(told[3]).toMatch(
    /^record\/\S+:\d+: more than 192 MiB of names and observations in all records that are read/,
  );
  expect(told.toSpliced(3, 1).join()).not.toContain("more than");
});

test("a record that is too large to be read says so", async () => {
  await truncate(join(folder, recordName(small.fixed)), 513 * 2 ** 20);
  const name = recordName(small.fixed);
  expect(await reasons()).toContain(
    `The record ${name} cannot be read: it is larger than 512 MiB.`,
  );
});

test("a run.json that is no plain file is no damaged one: the way out is another", async () => {
  await rm(join(folder, "run.json"));
  await mkdir(join(folder, "run.json"));
  await expect(judgeFolder(folder)).rejects.toMatchObject({
    code: "RUN_FOLDER_INVALID",
    hint: expect.stringContaining("be allowed to read it"),
  });
});
