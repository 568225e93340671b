import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { verdictSchema } from "../../../harness/judge/verdict-schema.ts";
import { renderReports, writeReports } from "../../../harness/report/index.ts";
import { judgedRun } from "./fixture.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "aftershock-report-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a run's folder gets its four reports and nothing else", async () => {
  await writeReports(folder, judgedRun());
  expect((await readdir(folder)).toSorted()).toEqual([
    "junit.xml",
    "report.html",
    "summary.md",
    "verdict.json",
  ]);
});

test("the report links the records that lie in the folder", async () => {
  await mkdir(join(folder, "record"));
  await writeFile(join(folder, "record/boto-close.broken.1.ndjson.zst"), "");
  await writeReports(folder, judgedRun());
  const html = await readFile(join(folder, "report.html"), "utf8");
  expect(html.match(/href="record\/[^"]*"/g)).toEqual([
    'href="record/boto-close.broken.1.ndjson.zst"',
  ]);
});

test("verdict.json is the verdict", async () => {
  const run = judgedRun();
  await writeReports(folder, run);
  const read: unknown = JSON.parse(await readFile(join(folder, "verdict.json"), "utf8"));
  expect(verdictSchema.parse(read)).toEqual(run.verdict);
});

test("written twice, the bytes are the same", async () => {
  await writeReports(folder, judgedRun());
  const read = () =>
    Promise.all(
      Object.keys(renderReports(judgedRun())).map((name) => readFile(join(folder, name), "utf8")),
    );
  const first = await read();
  await writeReports(folder, judgedRun());
  expect(await read()).toEqual(first);
});
