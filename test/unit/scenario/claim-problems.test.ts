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
