import { execa } from "execa";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExitCode } from "../../../harness/errors.ts";
import { verb } from "../../support/verb.ts";

const root = resolve(import.meta.dirname, "../../..");
let page: string;
let github: string;
let gitlab: string;
beforeAll(async () => {
  page = await readFile(join(root, "docs/ci.md"), "utf8");
  [github, gitlab] = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block]) => block!) as [
    string,
    string,
  ];
});

/** GitHub's own parser, which imports JSON without saying so: Node must be told. */
async function parser() {
  const hooks = registerHooks({
    load: (url, context, next) =>
      next(
        url,
        url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context,
      ),
  });
  try {
    return await import("@actions/workflow-parser");
  } finally {
    hooks.deregister();
  }
}

describe("GitHub Actions", () => {
  /** What is wrong with a workflow, its expressions among it. */
  async function problemsOf(content: string): Promise<readonly string[]> {
    const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await parser();
    const parsed = parseWorkflow({ name: "w.yml", content }, new NoOperationTraceWriter());
    const said = parsed.context.errors.getErrors().map(({ message }) => message);
    if (!parsed.value) return said;
    const { errors = [] } = await convertWorkflowTemplate(parsed.context, parsed.value);
    return [...said, ...errors.map(({ Message }) => Message)];
  }

  test("the recipe is valid, and slips in it would be told", async () => {
    expect(await problemsOf(github)).toEqual([]);
    for (const [right, wrong] of [
      ["runs-on:", "run-on:"],
      ["steps.images.outputs", "stepps.images.outputs"],
      ["timeout-minutes: 60", "timeout-minutes: soon"],
    ] as const)
      expect(await problemsOf(github.replace(right, wrong)), wrong).not.toEqual([]);
  });

  test("our own repository goes by it", async () => {
    const own = await readFile(join(root, ".github/workflows/aftershock.yml"), "utf8");
    expect(own.replace("'scenarios/**', 'images/**'", "'incidents/**', 'src/**'")).toBe(github);
  });

  test("each action is pinned to a commit", () => {
    const uses = [...github.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(5);
    for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });
});

describe("GitLab", () => {
  const author = ["-c", "user.name=anna", "-c", "user.email=anna@example.com"];
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gitlab-"));
    for (const args of [
      ["init", "--quiet", "--initial-branch", "main"],
      ["remote", "add", "origin", "git@gitlab.example.com:team/app.git"],
      [...author, "commit", "--quiet", "--allow-empty", "--message", "a beginning"],
    ])
      await execa("git", args, { cwd: folder });
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What gitlab-ci-local makes of it, which holds it against GitLab's own schema. */
  async function listed(content: string, event: string) {
    await writeFile(join(folder, ".gitlab-ci.yml"), content);
    const given = ["--ignore-predefined-vars", "CI_PIPELINE_SOURCE"];
    const args = ["--list-json", ...given, "--variable", `CI_PIPELINE_SOURCE=${event}`];
    const here = { cwd: folder, preferLocal: true, localDir: root };
    return execa("gitlab-ci-local", args, { ...here, reject: false });
  }
  const namesIn = (text: string) =>
    (JSON.parse(text) as { name: string; when: string }[])
      .filter(({ when }) => when !== "never")
      .map(({ name }) => name);

  test("on a merge request the pairs are played, and at night every arm, by four machines", async () => {
    const request = await listed(gitlab, "merge_request_event");
    expect(namesIn(request.stdout)).toEqual(["pairs"]);
    const night = await listed(gitlab, "schedule");
    expect(namesIn(night.stdout)).toEqual([
      ...["all: [1/4]", "all: [2/4]", "all: [3/4]", "all: [4/4]"],
      "whole",
    ]);
  });

  test("a slip in it would be told", async () => {
    const { exitCode } = await listed(gitlab.replace("exit_codes", "exitcodes"), "schedule");
    expect(exitCode).not.toBe(0);
  });
});

test("the exit codes that it names are ours, and all of them", () => {
  const rows = [...page.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes]) => codes!.split(", "));
  const told = rows.map(Number).toSorted((a, b) => a - b);
  const ended = new Set<number>([ExitCode.interrupted, ExitCode.terminated]);
  expect(told).toEqual(Object.values(ExitCode).filter((code) => !ended.has(code)));
});

test("each verb and flag that the recipes use is there", async () => {
  const used = [...`${github}${gitlab}`.matchAll(/npx aftershock (\w+)([^\n]*)/g)];
  expect(used.length).toBeGreaterThan(4);
  for (const [, name = "", rest = ""] of used) {
    const { stdout } = await verb(name, "--help");
    for (const [flag] of rest.matchAll(/--[a-z]+/g)) expect(stdout).toContain(flag);
  }
});
