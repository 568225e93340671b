import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { composeWithoutEngine, findCompose, noCompose } from "../../../harness/engine/compose.ts";
import { silent } from "../../../harness/progress.ts";

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), "compose-"));
});
afterEach(() => rmSync(bin, { recursive: true }));

/** Puts a command there that says and does as some version of the real one. */
function install(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

const docker = ({ compose = "", buildx = "", ls = "exit 0" }): string => `
case "$*" in
  "compose version --short") ${compose ? `echo ${compose}` : "exit 1"} ;;
  "buildx version") ${buildx ? `echo github.com/docker/buildx ${buildx} abc` : "exit 1"} ;;
  "compose ls --quiet") ${ls} ;;
  *) exit 1 ;;
esac`;

const find = (use = { engine: true }) => findCompose({ PATH: `${bin}:/usr/bin:/bin` }, use);

it.each([
  ["2.26.1-4", ""],
  ["v2.19.0", ""],
  ["2.40.3-desktop.1", "v0.29.1-desktop.1"],
  ["5.0.0", "0.17.0"],
])("takes the plugin %s, with buildx '%s'", async (compose, buildx) => {
  install("docker", docker({ compose, buildx }));
  expect(await find()).toEqual({ argv: [join(bin, "docker"), "compose"] });
});

it.each([
  ["2.18.1", "", /docker compose 2\.18\.1 is too old: 2\.19 is needed/],
  ["2.5.0", "", /too old/],
  ["5.0.0", "", /buildx 0\.17 or later, and there is none/],
  ["2.40.0", "v0.13.1", /buildx 0\.17 or later, and this is 0\.13\.1/],
])("says why the plugin %s, with buildx '%s', will not do", async (compose, buildx, why) => {
  install("docker", docker({ compose, buildx }));
  const { argv, unfit } = await find();
  expect(argv).toBeUndefined();
  expect(unfit).toMatch(why);
  expect(noCompose(unfit)).toMatchObject({ code: "COMPOSE_UNFIT", exitCode: 69 });
});

it("says what the engine has against it", async () => {
  const ls =
    "echo 'client version 1.42 is too old. Minimum supported API version is 1.44' >&2; exit 1";
  install("docker", docker({ compose: "2.20.0", ls }));
  expect((await find()).unfit).toMatch(
    /does not work with this engine: client version 1\.42 is too old/,
  );
});

it("takes a docker-compose of its own where the plugin is too old", async () => {
  install("docker", docker({ compose: "2.5.0" }));
  install("docker-compose", 'case "$1" in version) echo 2.26.1;; ls) exit 0;; esac');
  expect(await find()).toEqual({ argv: [join(bin, "docker-compose")] });
});

it("takes version 1, or another program of that name, for none", async () => {
  install("docker-compose", "echo 'docker-compose version 1.29.2, build 5becea4c'");
  expect(await find()).toEqual({});
  expect(noCompose()).toMatchObject({ code: "COMPOSE_MISSING" });
});

it("asks nothing of an engine where files are only read", async () => {
  install("docker", docker({ compose: "5.0.0", ls: "exit 1" }));
  expect(await find({ engine: false })).toEqual({ argv: [join(bin, "docker"), "compose"] });
});

it("needs no engine to read files, and hands on a closed environment", async () => {
  install("docker-compose", "echo 2.26.1");
  const env = { PATH: bin, HOME: bin, NAMES: "lower", DOCKER_HOST: "tcp://nobody.invalid:1" };
  const compose = await composeWithoutEngine({ progress: silent, env });
  expect(compose.command).toEqual([join(bin, "docker-compose")]);
  expect(compose.env).not.toHaveProperty("NAMES");
  expect(compose.env).not.toHaveProperty("DOCKER_HOST");
});
