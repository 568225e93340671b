import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimProblems } from "../../../harness/scenario/claim-problems.ts";
import { loadScenario } from "../../../harness/scenario/load.ts";
import { modelOf } from "../../support/compose-model.ts";

const example = resolve(import.meta.dirname, "../../fixtures/scenario/example");
const compose = modelOf({ services: { main: {}, twin: { scale: 2 } } });
const arms = [{ name: "broken", variables: {}, compose }];

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  await cp(example, join(root, "example"), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

/** What is told of the example's claims after replacing some text of its scenario.ts. */
async function told(from: string, to: string): Promise<readonly string[]> {
  const folder = join(root, "example");
  const text = await readFile(join(folder, "scenario.ts"), "utf8");
  expect(text).toContain(from);
  await writeFile(
    join(folder, "scenario.ts"),
    text.replace(from, () => to),
  );
  return claimProblems(await loadScenario(folder), arms);
}

test("sound claims are left alone", async () => expect(await told("broken", "broken")).toEqual([]));

test.each<[string, string, RegExp]>([
  ["atLeast: 1", "", /scenario\.ts:24: .*"prints" has no bound/],
  ["atLeast: 1", "atLeast: Number.NaN", /scenario\.ts:24: .*"prints" has a bound that is no number/],
  ['rejectedBy: ["silent"]', 'rejectedBy: ["slient"]', /scenario\.ts:16: .*"slient"; did you mean "silent"\?/],
  ['rejectedBy: ["silent"]', 'rejectedBy: ["prints"]', /scenario\.ts:16: .*"prints"; there are silent/],
  ['rejectedBy: ["silent"]', 'rejectedBy: ["silent"], upholds: ["print"]', /scenario\.ts:16: .*did you mean "prints"\?/],
  ['claim.never("silent"', 'claim.never("prints"', /scenario\.ts:25: "prints" is one claim in `broken` and another/],
  ["figures: () => ({})", 'figures: (e) => ({ p: { value: e.peak("mian"), unit: "B" } })', /scenario\.ts:23: .*service "mian".*did you mean "main"\?/],
  ["figures: () => ({})", 'figures: (e) => ({ p: { value: e.peak("twin-3"), unit: "B" } })', /service "twin-3"/],
  ['e.load("prints") > 0', "true", /scenario\.ts:22: no guard asks for a load/],
])("%s -> %s", async (from, to, message) => {
  const lines = await told(from, to);
  expect(lines.filter((line) => message.test(line)), lines.join("\n")).toHaveLength(1);
}); // prettier-ignore

test.each<[string, string, readonly RegExp[]]>([
  ['e.load("prints") > 0', 'e.load("prints") + e.number("prints p99") > 0', []],
  ['e.load("prints") > 0', 'e.load("prints sent") > 0', []],
  ['e.load("prints") > 0', 'e.load("print") > 0', [/scenario\.ts:22: .*load "print", .*did you mean "prints"\?/]],
  ['e.load("prints") > 0', 'e.load("page") > 0', [/scenario\.ts:22: .*load "page", .*there are prints/]],
  ['e.load("prints") > 0', 'e.number("prints done") > 0 && e.load("prints")', [/asks for an observation "prints done"/]],
])("what the lab's client tells is known by its name: %s -> %s", async (from, to, messages) => {
  await driveBy('await start("main", ["http-client", "--name", "prints", "http://x"]).done;');
  expect(await told(from, to)).toEqual(messages.map((message) => expect.stringMatching(message)));
}); // prettier-ignore

test("beside another command, which may tell anything, a load is told that is nearly the client's", async () => {
  await driveBy('start("main", ["http-client", "http://x"]); start("main", ["sh", "-c", "echo"]);');
  expect(await told("e.load", "e.load")).toEqual([]);
  expect(await told('ok: e.load("prints")', 'ok: e.load("request")')).toEqual([
    expect.stringMatching(/load "request", .*did you mean "requests"\?/),
  ]);
});

/** Puts this in place of the example's drive. */
async function driveBy(code: string): Promise<void> {
  const path = join(root, "example/scenario.ts");
  const text = await readFile(path, "utf8");
  const drive = 'drive({ load }) {\n    load("prints");';
  expect(text).toContain(drive);
  await writeFile(
    path,
    text.replace(drive, () => `drive({ start }) {\n    ${code}`),
  );
}

test("a claim in a file beside scenario.ts is told there", async () => {
  const judge =
    'import { claim } from "#scenario";\n\nexport const loud = (e) =>\n  [claim.count("loud", { says: "it is loud", n: e.load("prints") })];\n';
  await writeFile(join(root, "example/judge.ts"), judge);
  const path = join(root, "example/scenario.ts");
  await writeFile(path, `import { loud } from "./judge.ts";\n${await readFile(path, "utf8")}`);
  const [line, ...more] = await told(
    "broken: (e) =>",
    "broken: (e) => loud(e), figures: (e) => e && ",
  );
  expect(more).toEqual([]);
  expect(line).toMatch(/judge\.ts:4: .*"loud" has no bound/);
});

test.each([
  ["(() => { for (;;); })()", /scenario\.ts: its judge takes more than 10 s/],
  [
    "process.exit(0) === undefined",
    /scenario\.ts: ends the process \(exit code 0\) when it is judged/,
  ],
])("a judge that comes to no end costs a sentence: %s", async (code, message) => {
  await expect(told('e.load("prints") > 0', code)).rejects.toMatchObject({
    exitCode: 65,
    message: expect.stringMatching(message),
  });
});

test.each<[string, (folder: string) => unknown]>([
  ["an editor's lock", (folder) => symlink("me@here.1:2", join(folder, ".#scenario.ts"))],
  ["a folder", (folder) => mkdir(join(folder, "judge.ts"))],
  ["a pipe", (folder) => execa("mkfifo", [join(folder, "judge.ts")])],
  ["a link to what never ends", (folder) => symlink("/dev/zero", join(folder, "judge.ts"))],
])("%s beside scenario.ts is no file of claims", async (_, make) => {
  await make(join(root, "example"));
  const [line, ...more] = await told("atLeast: 1", "");
  expect(more).toEqual([]);
  expect(line).toMatch(/scenario\.ts:24: /);
});
