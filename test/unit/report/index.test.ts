import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
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
