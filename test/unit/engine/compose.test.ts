import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { composeWithoutEngine, findCompose } from "../../../harness/engine/compose.ts";
import { silent } from "../../../harness/progress.ts";

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), "compose-"));
});
afterEach(() => rmSync(bin, { recursive: true }));

function program(name: string, script: string): string {
  const path = join(bin, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

it("takes the docker CLI's plugin, by its path, before a compose of its own", async () => {
  const docker = program("docker", '[ "$1" = compose ] && echo v2.30.1');
  const own = program("docker-compose", "echo 2.26.1-4");
  expect(await findCompose({ PATH: bin })).toEqual([docker, "compose"]);
  rmSync(docker);
  expect(await findCompose({ PATH: bin })).toEqual([own]);
});

it("takes no compose v1, and none that fails", async () => {
  program("docker", "echo v2.30.1; exit 1");
  program("docker-compose", "echo 1.29.2");
  expect(await findCompose({ PATH: bin })).toBeUndefined();
});

it("needs no engine, and hands on a closed environment", async () => {
  const own = program("docker-compose", "echo 2.26.1");
  const env = { PATH: bin, HOME: bin, NAMES: "lower", DOCKER_HOST: "tcp://nobody.invalid:1" };
  const compose = await composeWithoutEngine({ progress: silent, env });
  expect(compose.command).toEqual([own]);
  expect(compose.env).not.toHaveProperty("NAMES");
  expect(compose.env).not.toHaveProperty("DOCKER_HOST");
});
