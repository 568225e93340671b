import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadScenarios, type ArmVerdict, type Verdict } from "../../harness/index.ts";
import { aftershock, main } from "../process/command.ts";

// Every arm of every scenario, once, by the command that `npm start` runs, with --all: the lab's own claim.

const scenarios = await loadScenarios();
const arms = scenarios.flatMap(({ definition }) =>
  Object.entries(definition.arms).map(([arm, { role }]) => ({ id: definition.id, arm, role })),
);

const run = { folder: "", verdict: {} as Verdict };
let out = "";

beforeAll(async () => {
  out = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  const { stdout } = await aftershock(["run", "--all", "--json", "--out", out], {
    stderr: "inherit",
  });
  run.folder = join(out, "latest");
  run.verdict = JSON.parse(stdout);
}, 30 * 60_000);
afterAll(() => rm(out, { recursive: true, force: true }));

const verdictOf = (id: string, arm: string): ArmVerdict => {
  const found = run.verdict.scenarios
    .find((scenario) => scenario.id === id)
    ?.arms.find(({ name }) => name === arm);
  if (!found) throw new Error(`${id}/${arm} has no verdict`);
  return found;
};

const expected = { broken: "reproduced", fixed: "fixed", control: /^(rejected|not reproduced)$/ };

test.each(arms)("$id: $arm ($role) is judged as it should be", ({ id, arm, role }) => {
  const { verdict, ok, reason, claims } = verdictOf(id, arm);
  const failed = claims.filter((claim) => !claim.ok);
  expect(verdict, JSON.stringify({ reason, failed }, null, 1)).toMatch(
    expected[role as keyof typeof expected],
  );
  expect(ok, JSON.stringify({ reason, failed }, null, 1)).toBe(true);
});

test("nothing is left behind", () => expect(run.verdict.leftovers).toEqual([]));

test("every arm was sampled by the best source of this engine, and says so", () => {
  const { engine, scenarios: judged } = run.verdict;
  const best = engine.kind === "embedded" ? `cgroup-v${engine.cgroup}` : /^(cgroup|stats)-/;
  for (const { sampling } of judged.flatMap(({ arms: own }) => own)) {
    expect(sampling.source).toMatch(best);
    expect(sampling.samples).toBeGreaterThan(20);
  }
});

describe("without any engine", () => {
  const env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };

  test("recheck gives the same verdict", async () => {
    const { stdout } = await main(["recheck", "--json", run.folder], { env });
    expect(JSON.parse(stdout)).toEqual(run.verdict);
  });

  test("report writes the same bytes again", async () => {
    const files = ["report.html", "junit.xml", "summary.md", "verdict.json"];
    const read = () => Promise.all(files.map((name) => readFile(join(run.folder, name), "utf8")));
    const before = await read();
    await main(["report", run.folder], { env });
    expect(await read()).toEqual(before);
  });
});

test("the run's folder holds records and logs of each arm", async () => {
  expect(await readdir(join(run.folder, "record"))).toHaveLength(arms.length);
  expect(await readdir(join(run.folder, "logs"))).toHaveLength(arms.length);
});

test("junit.xml is well-formed", async () => {
  const { exitCode } = await execa("python3", [
    "-c",
    "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])",
    join(run.folder, "junit.xml"),
  ]);
  expect(exitCode).toBe(0);
});
