import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { verdictSchema } from "../../../harness/judge/verdict-schema.ts";
import { renderReports, verdictJson, writeReports } from "../../../harness/report/index.ts";
import { arm, container, judgedRun, LIMIT, record, verdictOf } from "./fixture.ts";

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

test("verdict.json shows what a terminal would obey or hide, and is the same value", () => {
  const hostile = [
    "##[x]",
    "\u009b31m",
    "\u009d0;t\u009c",
    "\u007f",
    "\u202e",
    "\u2028",
    "\u{e0041}",
    "\ud800",
  ];
  const verdict = verdictOf([arm({ reason: hostile.join(" "), notes: ["é 日本 \u{1f600}"] })]);
  const text = verdictJson(verdict);
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
  expect(text).toContain("é 日本 \u{1f600}");
  expect(text).toContain(String.raw`\u009b31m`);
  expect(text).not.toContain("##[");
  expect(JSON.parse(text)).toEqual(verdict);
});

test("ten thousand runs of an arm are told in seconds", { timeout: 10_000 }, () => {
  const runs = Array.from({ length: 10_000 }, (_, index) =>
    arm({ repeat: index + 1, ok: false, verdict: "inconclusive", reason: "no record", claims: [] }),
  );
  const records = runs.map(({ repeat }) => record({ repeat, seconds: 1, phases: {} }).slice(0, 1));
  const files = runs.map(({ repeat }) => `record/boto-close.broken.${repeat}.ndjson`);
  const reports = renderReports({ ...judgedRun(), verdict: verdictOf(runs), records, files });
  expect(reports["report.html"]).toContain("broken #10000");
  expect(reports["report.html"]).toContain("broken.10000.ndjson");
});

test("twenty thousand services of a record are told in seconds", { timeout: 10_000 }, () => {
  const [head, ...seen] = record();
  const services = Array.from({ length: 20_000 }, (_, index) =>
    container({ service: `s${index}`, memory: LIMIT }),
  );
  const records = [[head!, ...services, ...seen]];
  const html = renderReports({ ...judgedRun(), records })["report.html"];
  expect(html).toContain(">s19999</th>");
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
