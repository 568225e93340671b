import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SESSION_SCHEMA } from "../../../harness/drill/session.ts";
import { main } from "../../process/command.ts";
import { exampleOf } from "../../support/example-run.ts";

const startedAt = "2026-11-21T10:00:00.000Z";
const at = (seconds: number) => new Date(Date.parse(startedAt) + 1000 * seconds).toISOString();

let folder = "";
let session = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aftershock-reveal-"));
  session = join(folder, "drills/20261121-100000-the-api-that-swells");
  await mkdir(join(session, "record"), { recursive: true });
  const state = {
    schema: SESSION_SCHEMA,
    id: "20261121-100000-the-api-that-swells",
    drill: "the-api-that-swells",
    blind: false,
    startedAt,
    run: "drill-20261121-100000-0000",
    life: "down",
  };
  await writeFile(join(session, "state.json"), JSON.stringify(state));
  const events = [
    { t: at(0), event: "started" },
    { t: at(20), event: "symptom" },
    { t: at(25), event: "shell" },
    { t: at(31), event: "shell" },
    { t: at(30), event: "guess", text: "the Range code \u001b[31mleaks" },
    { t: at(40), event: "hint", hint: 1 },
    { t: at(45), event: "check", n: 1, verdict: "not fixed" },
    { t: at(60), event: "check", n: 2, verdict: "fixed" },
    { t: at(60), event: "fixed" },
  ];
  await writeFile(join(session, "events.ndjson"), events.map((e) => JSON.stringify(e)).join("\n"));
  const { rows } = await exampleOf("boto-close", "broken");
  const [head, ...others] = rows;
  // The system is still up when the second check ends, however long that run's arm took.
  const took = rows.findLast(({ type }) => type === "sample")!.t / 1000;
  const live = [{ ...head, startedAt: at(62 - took) }, ...others];
  const text = live.map((row) => `${JSON.stringify(row)}\n`).join("");
  await writeFile(join(session, "record/1.ndjson"), text);
});
afterAll(() => rm(folder, { recursive: true }));

const reveal = (...flags: string[]) => main(["reveal", ...flags], { cwd: folder });

test("it tells the cause, over what was measured, with each moment in its place", async () => {
  const { stdout, stderr, exitCode } = await reveal();
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(stdout).toContain("boto/s3/key.py:353");
  expect(stdout).toMatch(/c +0:30 {2}A guess: "the Range code leaks"/);
  expect(stdout).toMatch(/e +0:45 {2}Check 1: not fixed/);
  expect(stdout).toMatch(/2,560 MiB\n[^a]*█/);
  const marks = stdout.split("\n").find((line) => /^\s+a\s*b/.test(line));
  expect(marks!.indexOf("f") - marks!.indexOf("e")).toBeGreaterThan(3);
  expect(stdout).not.toContain("+Key.close = fast_close");
});

test("the post-mortem has her times, measured from the symptom", async () => {
  const text = await readFile(join(session, "postmortem.md"), "utf8");
  expect(text).toContain("to a first look 5.00 s");
  expect(text).toContain("to a fix that holds 40.0 s");
  expect(text).toContain("Hints taken: 1.");
  expect(text).toMatch(/Memory of the API: at most 2,1\d\d MiB, at 0:\d\d, of 2,560 MiB/);
  expect(text).toContain("| 2 | 1:00 | fixed |");
  expect(text).toContain("James Porter");
});

test("what she wrote into it stays", async () => {
  await writeFile(join(session, "postmortem.md"), "mine");
  const { stdout } = await reveal("--fix");
  expect(stdout).toContain("left as it is");
  expect(await readFile(join(session, "postmortem.md"), "utf8")).toBe("mine");
  expect(stdout).toContain("+Key.close = fast_close");
});

test("as JSON it is one object, the debrief counted once", async () => {
  const { stdout } = await reveal("--json");
  const told = JSON.parse(stdout) as {
    scenario: string;
    spans: Record<string, number>;
    moments: { name: string }[];
  };
  expect(told.scenario).toBe("boto-close");
  expect(told.spans["fixed"]).toBe(40_000);
  expect(told.moments.filter(({ name }) => name === "debrief")).toHaveLength(1);
});

test("a record that can't be read is told, and the rest stands", async () => {
  await writeFile(join(session, "record/2.ndjson"), "no record\n");
  const { stdout, exitCode } = await reveal();
  expect(exitCode).toBe(0);
  expect(stdout).toContain("2.ndjson");
  expect(stdout).toContain("boto/s3/key.py:353");
});

test("the page holds the charts, and names as text", async () => {
  const page = await readFile(join(session, "debrief.html"), "utf8");
  expect(page.match(/<svg/g)).toHaveLength(3);
  expect(page).toContain("first look");
  expect(page).not.toContain("<script");
});

test("what can't be written is told, and the debrief is there all the same", async () => {
  await rm(join(session, "debrief.html"));
  await mkdir(join(session, "debrief.html", "in the way"), { recursive: true });
  const { stdout, exitCode } = await reveal();
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/debrief\.html cannot be written: .*directory/);
  expect(stdout).toContain("boto/s3/key.py:353");
});

test("without a session it says how one begins", async () => {
  const { stderr, exitCode } = await main(["reveal"], { cwd: tmpdir() });
  expect(exitCode).toBe(64);
  expect(stderr).toContain("aftershock drill");
});
