import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { smallRun } from "../../support/example-folder.ts";
import { verb } from "../../support/verb.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "aftershock-app-"));
});
afterAll(() => rm(root, { recursive: true }));

describe("numbers are plain digits", () => {
  const slips = ["", " ", " 3 ", "0", "-1", "+3", "3.0", "1.5", "1e2", "1e9", "0x10", "0b1", "1_0"];
  const more = ["٣", "３", "three", "NaN", "Infinity", "10001", "9".repeat(400), "3\n", "007"];
  const flags = ["--repeat", "--jobs"].flatMap((flag) =>
    [...slips, ...more].map((text) => [flag, text] as const),
  );
  test.each(flags)("%s %j", async (flag, text) => {
    const typed = text.startsWith("-") ? [`${flag}=${text}`] : [flag, text];
    const { exitCode, stderr, stdout } = await verb("run", "boto-close", ...typed);
    expect(stderr).toContain(`${flag} takes a whole number from 1 to 10000, not "`);
    expect(exitCode).toBe(64);
    expect(stdout).toBe("");
  });

  test("more arms than a run holds are refused before anything is done", async () => {
    const { exitCode, stderr } = await verb("run", "--all", "--repeat", "10000");
    expect(stderr).toMatch(/\d+ arms, 10000 times each, are more than the 10000/);
    expect(exitCode).toBe(64);
  });
});

describe("what is typed wrongly: 64, and a sentence that shows it as plain text", () => {
  test.each([
    [/--out takes the name of a folder, not ""/, ["run", "--out", ""]],
    [/--out takes the name of a folder/, ["run", "--out", "  "]],
    [/--out takes the name of a folder, not "--json"/, ["run", "--out=--json"]],
    [/Too many arguments for --repeat/, ["run", "--repeat", "2", "--repeat", "3"]],
    [/--all plays every arm: leave --arm out/, ["run", "--all", "--arm", "broken"]],
    [/no scenario "boto"/, ["run", "b\u001b[31moto"]],
    [/no scenario/, ["run", "\u001b]0;title\u0007"]],
    [/no scenario "__proto__"/, ["run", "__proto__"]],
    [/no.* arm "constructor"/i, ["run", "boto-close", "--arm", "constructor"]],
    [/no.* arm/i, ["run", "boto-close", "--arm", "\u009b2J"]],
    [/no scenario "x{900,}…/, ["run", "x".repeat(100_000)]],
    [/No command registered for `rn`/, ["r\u001b[2Jn"]],
    [/RUN|run/, ["recheck"]],
    [/Too many arguments/, ["recheck", "a", "b"]],
    [/recheck takes the name of a folder, not ""/, ["recheck", ""]],
    [/report takes the name of a folder, not " "/, ["report", " "]],
    [/recheck takes the name of a folder, not "-1"/, ["recheck", "-1"]],
    [/--scenario takes the name of a folder/, ["recheck", "runs/x", "--scenario", ""]],
    [/--dir takes the name of a folder/, ["check", "boto-close", "--dir", ""]],
    [/--patch takes the name of a file/, ["check", "boto-close", "--patch", ""]],
    [/--out takes the name of a folder/, ["check", "boto-close", "--dir", "x", "--out", ""]],
    [/validate takes the name of a folder/, ["validate", ""]],
  ] as const)("%s", async (sentence, args) => {
    const { exitCode, stderr, stdout } = await verb(...args);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/[\u001b\u009b\u0007]|\n\s+at /); // oxlint-disable-line no-control-regex
    expect(stderr.length).toBeLessThan(2500);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: "" });
  });
});

test("what a scenario says of itself is shown as plain text", async () => {
  const folder = join(root, "example");
  await cp(resolve(import.meta.dirname, "../../fixtures/scenario/example"), folder, {
    recursive: true,
  });
  const file = join(folder, "scenario.ts");
  const text = (await readFile(file, "utf8")).replace(/title: "/, "$&\\u001b[2J\\u202e");
  await writeFile(
    file,
    text.replace("#scenario", join(import.meta.dirname, "../../../harness/scenario/index.ts")),
  );
  const { exitCode, stdout } = await verb("show", folder);
  expect(stdout).toMatch(/^example: [A-Z]/);
  expect(exitCode).toBe(0);
});

describe("report", () => {
  test("writes through no link, whatever its name", async () => {
    const folder = join(root, "links");
    await smallRun(folder);
    await writeFile(join(root, "victim"), "untouched");
    const reports = ["report.html", "summary.md", "junit.xml", "verdict.json"];
    const names = reports.flatMap((name) => [name, `${name}.new`, `${name}.part`, `${name}.tmp`]);
    for (const name of names) await symlink("../victim", join(folder, name));
    expect((await verb("report", folder)).exitCode).toBe(0);
    expect(await readFile(join(root, "victim"), "utf8")).toBe("untouched");
    expect(await readFile(join(folder, "report.html"), "utf8")).toMatch(/^<!doctype html>/);
  });

  test("that cannot be written is a sentence: 69", async () => {
    const folder = join(root, "taken");
    await smallRun(folder);
    await mkdir(join(folder, "summary.md"));
    const { exitCode, stdout, stderr } = await verb("report", folder);
    expect(stderr).toMatch(/taken\/summary\.md cannot be written: .*directory\.\n.*copy of it/);
    expect({ exitCode, stdout }).toEqual({ exitCode: 69, stdout: "" });
  });
});
