import { mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { tellGithub } from "../../../harness/cli/github.ts";
import type { Verdict } from "../../../harness/judge/verdict-types.ts";
import { judgeFolder } from "../../../harness/replay/judge-folder.ts";
import { loadScenarios, type Scenario } from "../../../harness/scenario/load.ts";
import { labFolder } from "../../../harness/scenario/places.ts";
import { smallRun } from "../../support/example-folder.ts";

const root = dirname(labFolder);
let scenarios: readonly Scenario[];
let verdict: Verdict;
let folder: string;
let summary: string;
beforeAll(async () => {
  scenarios = await loadScenarios(["eventlet-drift"]);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "github-"));
  await smallRun(folder);
  ({ verdict } = await judgeFolder(folder, scenarios));
  summary = join(folder, "summary-of-the-job");
  await writeFile(join(folder, "summary.md"), "## Aftershock: as claimed\n");
  await writeFile(summary, "what another step has said\n");
});
afterEach(() => rm(folder, { recursive: true }));

async function told(env: NodeJS.ProcessEnv, of: Verdict = verdict): Promise<string> {
  let text = "";
  await tellGithub({ folder, verdict: of, scenarios }, (more) => (text += more), env);
  return text;
}

/** The same with the first claim of the fixed arm failed. */
function failed(): { readonly verdict: Verdict; readonly claim: string } {
  const [scenario] = verdict.scenarios;
  const arms = scenario!.arms.map((arm) => {
    if (arm.role !== "fixed") return arm;
    const [first, ...others] = arm.claims;
    const claims = [{ ...first!, ok: false }, ...others];
    return { ...arm, ok: false, verdict: "not fixed" as const, claims };
  });
  const { claims } = arms.find(({ role }) => role === "fixed")!;
  return {
    verdict: { ...verdict, ok: false, scenarios: [{ ...scenario!, arms }] },
    claim: claims[0]!.id,
  };
}

test("elsewhere nothing is told", async () => {
  expect(await told({}, failed().verdict)).toBe("");
});

test("the run's summary comes after what the job's has already", async () => {
  expect(await told({ GITHUB_STEP_SUMMARY: summary })).toBe("");
  expect(await readFile(summary, "utf8")).toBe(
    "what another step has said\n## Aftershock: as claimed\n\n",
  );
});

test("a failed claim is shown at the line of the file where its id stands", async () => {
  const { verdict: of, claim } = failed();
  const text = await told({ GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: root }, of);
  const [, file = "", line] = /^::error file=([^,]+),line=(\d+),title=/.exec(text) ?? [];
  expect(file).toMatch(/^scenarios\/eventlet-drift\/\w+\.ts$/);
  const lines = (await readFile(join(root, file), "utf8")).split("\n");
  expect(lines[Number(line) - 1]).toContain(`"${claim}"`);
});

test("of a scenario outside of the repository there is no place", async () => {
  const env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: join(root, "docs") };
  expect(await told(env, failed().verdict)).toMatch(/^::error title=eventlet-drift/);
});

test("a summary that is a link, or cannot be written, costs nothing but a line", async () => {
  const victim = join(folder, "victim");
  await writeFile(victim, "mine");
  await rm(summary);
  await symlink(victim, summary);
  for (const path of [summary, join(folder, "nowhere/summary"), folder])
    expect(await told({ GITHUB_STEP_SUMMARY: path })).toMatch(/^The job's summary could not be/);
  expect(await readFile(victim, "utf8")).toBe("mine");
});

test("GitHub drops what is larger than a megabyte: it is cut", async () => {
  await writeFile(join(folder, "summary.md"), `${"é".repeat(600_000)}\n`);
  await told({ GITHUB_STEP_SUMMARY: summary });
  const written = await readFile(summary);
  expect(written.length).toBeLessThanOrEqual(1024 ** 2);
  expect(written.toString()).toMatch(/é�?\n\nThe rest is in the run's folder\.\n$/);
  await truncate(summary, 1024 ** 2);
  await told({ GITHUB_STEP_SUMMARY: summary });
  expect((await readFile(summary)).length).toBe(
    1024 ** 2 + "\n\nThe rest is in the run's folder.\n".length,
  );
});
