import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { main } from "./command.ts";

describe("bad input gets an exit code and a sentence to act on", () => {
  test.each([
    [["run", "boto-clsoe"], 64, /no scenario "boto-clsoe"[^]*Did you mean "boto-close"/],
    [["run", "boto-close", "--arm", "brokn"], 64, /no.* arm "brokn"[^]*Did you mean "broken"/i],
    [["run", "--repeat", "0"], 64, /--repeat takes a whole number/],
    [["run", "--colour"], 64, /--colour/],
    [["rn"], 64, /did you mean `run`/],
    [["recheck", "nowhere"], 65, /nowhere holds no run/],
    [["show", "nothing"], 64, /no scenario "nothing"/],
  ])("%j", async (args, code, message) => {
    const { exitCode, stderr, stdout } = await main(args);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(code);
    expect(stdout).toBe("");
  });
});

test("a scenario that does not validate: 65, with file and line", async () => {
  const folder = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  try {
    await writeFile(join(folder, "scenario.ts"), "export default {\n  id: 7,\n};\n");
    await writeFile(join(folder, "compose.yml"), "services: {}\n");
    await writeFile(join(folder, "README.md"), "");
    const { exitCode, stderr } = await main(["validate", folder]);
    expect(stderr).toMatch(/scenario\.ts:2: id: /);
    expect(exitCode).toBe(65);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe("a run of a scenario that is not our own", () => {
  const example = join(import.meta.dirname, "../fixtures/scenario/example");
  const arm = { scenario: "example", arm: "broken", role: "broken", repeat: 1 };
  const startedAt = "2026-01-02T03:04:05.000Z";
  const facts = { version: "", api: "", arch: "", kernel: "", cpus: 2, memoryBytes: 0 };
  const engine = { ...facts, kind: "system", cgroup: 2 };
  const run = {
    schema: "aftershock/run@1",
    id: "20260102-030405-0a0a",
    status: "interrupted",
    startedAt,
    durationMs: 1000,
    engine,
    plan: [arm],
    leftovers: [],
  };
  const spent = { up: 0, drive: 0, down: 900 };
  const record = [
    { type: "head", schema: "aftershock/record@1", t: 0, ...arm, startedAt, engine, env: {} },
    { type: "tail", t: 900, outcome: "interrupted", reason: "interrupted", spent },
  ];
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(import.meta.dirname, ".tmp-"));
    await writeFile(join(folder, "run.json"), JSON.stringify(run));
    await mkdir(join(folder, "record"));
    const lines = record.map((row) => `${JSON.stringify(row)}\n`).join("");
    await writeFile(join(folder, "record/example.broken.1.ndjson"), lines);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("cannot be judged before it is said where the scenario is", async () => {
    const { exitCode, stderr } = await main(["recheck", folder]);
    expect(stderr).toMatch(
      /"example", which is none of this project's, nor of the lab's own[^]*--scenario FOLDER/,
    );
    expect(exitCode).toBe(64);
  });

  test("is judged, and told, by the scenario in the folder that is named", async () => {
    const rechecked = await main(["recheck", folder, "--scenario", example]);
    expect(rechecked.stdout).toMatch(/broken.*inconclusive/);
    expect(rechecked.exitCode).toBe(2);
    const reported = await main(["report", folder, "--scenario", example]);
    expect(reported).toMatchObject({ exitCode: 0, stdout: join(folder, "report.html") });
  });
});

describe("an engine that cannot be used: 69", () => {
  test("one that was named and does not answer is never replaced by another", async () => {
    const { exitCode, stderr } = await main(["run", "boto-close"], {
      env: { DOCKER_HOST: "unix:///nowhere/docker.sock" },
    });
    expect(stderr).toMatch(/DOCKER_HOST names unix:\/\/\/nowhere\/docker\.sock/);
    expect(stderr).toMatch(/unset DOCKER_HOST/);
    expect(exitCode).toBe(69);
  });
});

test("help of the whole says where to start", async () => {
  const { exitCode, stdout } = await main(["--help"]);
  expect(stdout).toContain("aftershock run boto-close");
  expect(exitCode).toBe(0);
});

test.each([
  ["run"],
  ["list"],
  ["show"],
  ["recheck"],
  ["report"],
  ["doctor"],
  ["clean"],
  ["validate"],
  ["engine", "start"],
  ["engine", "stop"],
  ["engine", "status"],
  ["engine", "env"],
  ["engine", "remove"],
])("help %j has an example and goes to standard output", async (...verb) => {
  const { exitCode, stdout } = await main([...verb, "--help"]);
  // A call that is written out, and below it what it is for.
  expect(stdout).toMatch(/USAGE\n {2}aftershock \S.*\n {4}\S/);
  expect(exitCode).toBe(0);
});

test("a reader that has seen enough, as `head` has, is no error", async () => {
  const telling = main(["recheck", "docs/example-run"]);
  telling.stdout.destroy();
  const { exitCode, stderr } = await telling;
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
});
