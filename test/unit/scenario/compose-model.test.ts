import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { composeWithoutEngine } from "../../../harness/engine/compose.ts";
import { silent } from "../../../harness/progress.ts";
import { replicasOf, resolveCompose } from "../../../harness/scenario/compose-model.ts";
import { configurationHash } from "../../../harness/scenario/hashes.ts";
import { loadScenarios } from "../../../harness/scenario/load.ts";
import { composing } from "../../support/composing.ts";

const given = composing();
afterEach(() => void vi.unstubAllEnvs());

const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(given.folder, name)), { recursive: true });
    writeFileSync(join(given.folder, name), text);
  }
};
const resolved = (variables: Readonly<Record<string, string>> = {}, compose = given.compose) =>
  resolveCompose(compose, { folder: given.folder, profile: "it", variables });

test("gives paths, builds, arguments, replicas as compose understands them", async () => {
  write({
    "compose.yml": `
include: [more/compose.yml]
services:
  api:
    profiles: [it]
    build: ./api
    x-why: { user: cron runs as root }
    deploy: { replicas: "\${N:-3}" }
  worker:
    extends: { file: more/base.yml, service: base }
    profiles: [it]
    scale: 2
    build: { context: ., dockerfile: docker/Dockerfile, args: [A=1, "B=\${ARM}"], target: "\${A:-\${ARM}}" }
  db: { profiles: [it], image: "postgres:\${V:?}" }
  other: { profiles: [never], image: unused }
`,
    "more/compose.yml": "services: { extra: { image: extra } }",
    "more/base.yml": "services: { base: { env_file: base.env, mem_limit: 1g } }",
    "more/base.env": "GREETING=hello $$5\n",
  });
  const { services } = await resolved({ ARM: "broken", V: "13" });
  expect(Object.keys(services).toSorted()).toEqual(["api", "db", "extra", "worker"]);
  const { api, worker, db } = services;
  expect(api!.build).toMatchObject({
    context: join(given.folder, "api"),
    dockerfile: "Dockerfile",
  });
  expect(api!["x-why"]).toEqual({ user: "cron runs as root" });
  expect(db).toMatchObject({ image: "postgres:13" });
  expect(worker).toMatchObject({
    build: { context: given.folder, dockerfile: "docker/Dockerfile", target: "broken" },
    mem_limit: String(2 ** 30),
  });
  expect(worker!.build!.args).toEqual({ A: "1", B: "broken" });
  expect(worker!.environment).toHaveProperty("GREETING");
  expect([api, worker, db].map((service) => replicasOf(service!))).toEqual([3, 2, 1]);
});

test.each(["compose.yaml", "docker-compose.yml"])(
  "reads %s where the folder has no other",
  async (name) => {
    write({ [name]: "services: { a: { image: x } }" });
    expect((await resolved()).services).toHaveProperty("a.image", "x");
  },
);

test("nothing of the caller's is put in, also where a file asks for it by name", async () => {
  const asked = ["NAMES", "HOME", "PATH", "USER", "SSL_CERT_FILE", "HTTP_PROXY", "DOCKER_HOST"];
  const image = asked.map((name) => `\${${name}-unset}`).join("|");
  write({
    "compose.yml": `
services:
  a:
    image: "${image}"
    environment: [NAMES, HTTP_PROXY, "OWN=1"]
    build: { context: ., args: [HTTP_PROXY, SECRET] }
    volumes: ["~/data:/data"]
`,
    ".env": "NAMES=/leaked\nCOMPOSE_PROFILES=other\n",
  });
  const first = await resolved();
  for (const name of [...asked, "SECRET"]) if (name !== "PATH") vi.stubEnv(name, "/leaked");
  const { compose } = given;
  const env = { ...compose.env, HOME: "/leaked", HTTP_PROXY: "leaked" };
  const second = await resolved({}, { ...compose, env });
  expect(second).toEqual(first);
  expect(first.text).not.toMatch(/leaked/);
  expect(first.services["a"]!.environment).toEqual({ OWN: "1" });
  expect(first.services["a"]!.build!.args ?? {}).toEqual({});
});

test("the user's own plugin folder is found, wherever it is", async () => {
  write({
    "compose.yml": "services: { a: { image: x } }",
    // As the docker CLI does: its plugins lie in its configuration's folder.
    "bin/docker": `#!/bin/sh\nshift; exec "$DOCKER_CONFIG/cli-plugins/docker-compose" "$@"\n`,
    "home/.docker/cli-plugins/docker-compose": `#!/bin/sh\nexec ${given.compose.command.join(" ")} "$@"\n`,
  });
  const docker = join(given.folder, "bin/docker");
  for (const file of [docker, join(given.folder, "home/.docker/cli-plugins/docker-compose")])
    chmodSync(file, 0o755);
  const plugin = { command: [docker, "compose"], env: { HOME: join(given.folder, "home") } };
  const model = await resolveCompose(plugin, {
    folder: given.folder,
    profile: "it",
    variables: {},
  });
  expect(model.services).toHaveProperty("a.image", "x");
});

test("a compose that is not there is the machine's trouble, not the scenario's", async () => {
  write({ "compose.yml": "services: { a: { image: x } }" });
  const none = { command: [join(given.folder, "none")], env: {} };
  await expect(
    resolveCompose(none, { folder: given.folder, profile: "it", variables: {} }),
  ).rejects.toMatchObject({ code: "COMPOSE_MISSING" });
});

test.each<[string, Record<string, string>, RegExp]>([
  ["a NUL", { A: "a\0b" }, /variables: one of them has a NUL/],
  ["more than a program takes", { A: "a".repeat(4_000_000) }, /variables: they are too long/],
])("variables with %s are told of as such", async (_, variables, message) => {
  write({ "compose.yml": "services: { a: { image: x } }" });
  await expect(resolved(variables)).rejects.toMatchObject({
    exitCode: 65,
    message: expect.stringMatching(message),
  });
});

test("a compose that somebody ends has refused nothing", async () => {
  write({ "compose.yml": "services: { a: { image: x } }", ended: "#!/bin/sh\nkill -KILL $$\n" });
  chmodSync(join(given.folder, "ended"), 0o755);
  await expect(
    resolved({}, { command: [join(given.folder, "ended")], env: {} }),
  ).rejects.toMatchObject({ code: "COMPOSE_ENDED", exitCode: 69 });
});

test("an arm's variables don't change how compose is run", async () => {
  write({ "compose.yml": 'services: { a: { image: "x:${COMPOSE_EXPERIMENTAL_GIT_REMOTE}" } }' });
  const given = { COMPOSE_EXPERIMENTAL_GIT_REMOTE: "1", DOCKER_HOST: "tcp://192.0.2.1:1" };
  expect((await resolved(given)).services).toHaveProperty("a.image", "x:0");
});

/** All that our own files ask for, and what compose and docker would listen to. */
function fiftyVariables(folders: readonly string[]): Record<string, string> {
  const asked = folders.flatMap((path) =>
    [...readFileSync(join(path, "compose.yml"), "utf8").matchAll(/\$\{(\w+)/g)].map(
      ([, name]) => name!,
    ),
  );
  const known = [
    ...["FILE", "PROFILES", "PROJECT_NAME", "ENV_FILES", "PATH_SEPARATOR", "CONVERT_WINDOWS_PATHS"],
    ...["IGNORE_ORPHANS", "REMOVE_ORPHANS", "PARALLEL_LIMIT", "ANSI", "STATUS_STDOUT", "MENU"],
    ...["DISABLE_ENV_FILE", "EXPERIMENTAL", "PROGRESS", "COMPATIBILITY", "API_VERSION"],
  ].map((name) => `COMPOSE_${name}`);
  const docker = [
    "DEFAULT_PLATFORM",
    "BUILDKIT",
    "CONTEXT",
    "TLS_VERIFY",
    "CERT_PATH",
    "API_VERSION",
  ];
  const others = [
    "BUILDX_BUILDER",
    "BUILDKIT_PROGRESS",
    "LANG",
    "TZ",
    "LD_PRELOAD_X",
    "PYTHONPATH",
  ];
  const names = [
    ...new Set([...asked, ...known, ...docker.map((name) => `DOCKER_${name}`), ...others]),
    ...Array.from({ length: 12 }, (_, i) => `OTHER_${i}`),
  ];
  return Object.fromEntries(names.map((name) => [name, "1"]));
}

test("fifty variables of the caller's shell change no scenario of ours", async () => {
  const scenarios = await loadScenarios();
  const models = async () => {
    const asked = await composeWithoutEngine({ progress: silent });
    return Promise.all(
      scenarios.map(({ definition: { id }, folder: own }) =>
        resolveCompose(asked, { folder: own, profile: id, variables: { ARM: "broken" } }),
      ),
    );
  };
  const before = await models();
  const fifty = fiftyVariables(scenarios.map((one) => one.folder));
  expect(Object.keys(fifty).length).toBeGreaterThanOrEqual(50);
  for (const [name, value] of Object.entries(fifty)) vi.stubEnv(name, value);
  expect(await models()).toEqual(before);
});

test("two clones of one scenario have the same configuration, another variable another one", async () => {
  const files = {
    "scenarios/it/compose.yml": `
services:
  a: { image: "x:\${V:-1}", build: { context: ../../images/a, additional_contexts: { b: ../b } } }
secrets: { ca: { file: /etc/ssl/ca.pem } }
`,
    "images/a/Dockerfile": "FROM scratch\n",
  };
  write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`one/${name}`, text])));
  cpSync(join(given.folder, "one"), join(given.folder, "deep/down/two"), { recursive: true });
  const hashOf = async (root: string, variables = {}) => {
    const own = join(given.folder, root, "scenarios/it");
    const model = await resolveCompose(given.compose, { folder: own, profile: "it", variables });
    return configurationHash(model, own, join(given.folder, root));
  };
  const one = await hashOf("one");
  expect(await hashOf("deep/down/two")).toBe(one);
  expect(await hashOf("one", { V: "2" })).not.toBe(one);
});
