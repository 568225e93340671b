import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ScenarioError } from "../../../harness/errors.ts";
import { examine, type AskCompose } from "../../../harness/scenario/examine.ts";
import { groundOf } from "../../../harness/scenario/ground.ts";
import type { ScenarioDefinition } from "../../../harness/scenario/types.ts";
import { envelope, modelOf } from "../../support/compose-model.ts";

const example = resolve(import.meta.dirname, "../../fixtures/scenario/example");
const { default: definition } = (await import(join(example, "scenario.ts"))) as {
  default: ScenarioDefinition;
};
const main = {
  ...envelope,
  profiles: ["example"],
  image: "aftershock/example:broken",
  environment: { ARM: "${ARM}" },
  networks: { example: null },
};
const networks = { example: { name: "p_example", ipam: {}, internal: true } };

let root = "";
let folder = "";
beforeEach(async () => {
  root = await mkdtemp(join(import.meta.dirname, ".tmp-"));
  folder = join(root, "example");
  await cp(example, folder, { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

/** Compose's answer where the service says this besides; `${ARM}` is filled in. */
const answers =
  (service: object): AskCompose =>
  async (variables) =>
    modelOf(
      JSON.parse(
        JSON.stringify({
          name: "p",
          services: { main: { ...main, ...service } },
          networks,
        }).replaceAll("${ARM}", variables["ARM"] ?? ""),
      ) as Record<string, unknown>,
    );

/** What is told of the example with these arms, where compose answers so. */
async function told(ask: AskCompose, change: Partial<ScenarioDefinition> = {}) {
  try {
    await examine({ definition: { ...definition, ...change }, folder }, ask);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as ScenarioError).message.split("\n");
  }
}

/** Puts words into the copied scenario.ts, so that lines can be found. */
async function edited(from: string, to: string) {
  const path = join(folder, "scenario.ts");
  const text = await readFile(path, "utf8");
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
}

test("what compose and the policy are content with is left alone", async () =>
  expect(await told(answers({}))).toEqual([]));

test("what breaks the policy is told with the line of the key, whichever arm has it", async () => {
  await writeFile(
    join(folder, "compose.yml"),
    "services:\n  main:\n    image: x\n    privileged: true\n    cap_add: ${CAPS}\n",
  );
  const ask: AskCompose = (variables) =>
    answers(variables["ARM"] === "louder" ? { privileged: true, cap_add: ["SYS_ADMIN"] } : {})(
      variables,
    );
  await expect(examine({ definition, folder }, ask)).rejects.toMatchObject({
    code: "POLICY_BROKEN",
    exitCode: 65,
    message: expect.stringMatching(
      /compose\.yml:4: main: `privileged` gives.*\n.*compose\.yml:5: main: adds SYS_ADMIN, /,
    ),
  });
  await expect(
    examine({ definition, folder }, ask, { arms: ["broken", "cured"] }),
  ).resolves.toHaveLength(2);
});

test("what compose refuses is told in its words, once, beside all else", async () => {
  const ask: AskCompose = async (variables) => {
    if (variables["ARM"] !== "cured") throw new ScenarioError("COMPOSE_REFUSED", "compose.yml: no");
    return answers({ image: "No Image" })(variables);
  };
  expect(await told(ask)).toEqual([
    "compose.yml: no",
    expect.stringContaining('"No Image" is no name of an image'),
  ]);
});

test("any other error of compose's is not the scenario's", async () => {
  const ask = () => Promise.reject(new Error("no compose"));
  await expect(examine({ definition, folder }, ask)).rejects.toThrow("no compose");
});

describe("names that compose's answer doesn't have", () => {
  test("a service of ready and plots, with a guess and its line", async () => {
    await edited('ready: [{ service: "main"', 'ready: [{ service: "mian"');
    const ready = [{ service: "mian", command: ["true"] }];
    expect(await told(answers({}), { ready })).toEqual([
      expect.stringMatching(/scenario\.ts:11: .*no service "mian"; did you mean "main"\?$/),
    ]);
  });

  test("replicas by their number, and none beyond", async () => {
    const plots = [1, 3, 4].map(
      (n) => ({ title: "memory", service: `main-${n}`, metric: "anon" }) as const,
    );
    const lines = await told(answers({ deploy: { replicas: 3 } }), { plots });
    expect(lines).toEqual([expect.stringContaining('no service "main-4"')]);
    expect(await told(answers({ scale: 4 }), { plots })).toEqual([]);
  });

  test("a service outside of the profile, and no service at all", async () => {
    expect(await told(answers({ profiles: undefined }))).toEqual([
      expect.stringMatching(/compose\.yml:5: service "main" lacks the profile "example"/),
    ]);
    expect(await told(async () => modelOf({ name: "p" }))).toContainEqual(
      expect.stringMatching(/compose\.yml:2: no service stands under the profile "example"/),
    );
  });
});

describe("builds", () => {
  const build = () => ({ build: { context: folder, dockerfile: "Dockerfile", target: "${ARM}" } });

  test("a Dockerfile that isn't there", async () =>
    expect(await told(answers(build()))).toEqual([
      expect.stringMatching(/compose\.yml:3: service "main": there is no .*Dockerfile/),
    ]));

  test("a context that isn't there", async () =>
    expect(await told(answers({ build: { context: join(folder, "nowhere") } }))).toEqual([
      expect.stringMatching(/there is no folder .*nowhere/),
    ]));

  test("an arm's target that is no stage stands at the arm", async () => {
    await writeFile(join(folder, "Dockerfile"), "FROM a AS broken\nFROM broken AS cured\n");
    expect(await told(answers(build()))).toEqual([
      expect.stringMatching(
        /scenario\.ts:16: arms\.louder: .* no stage "louder"; there are broken, /,
      ),
    ]);
  });

  test("a service's own target that is no stage stands at the service", async () => {
    await writeFile(join(folder, "Dockerfile"), "FROM a AS broken\n");
    expect(await told(answers({ build: { context: folder, target: "brokn" } }))).toEqual([
      expect.stringMatching(/compose\.yml:3: .* no stage "brokn"; did you mean "broken"\?/),
    ]);
  });

  test("stages written into compose.yml count as well", async () =>
    expect(
      await told(
        answers({
          build: {
            context: folder,
            target: "${ARM}",
            dockerfile_inline: "FROM a AS broken\nFROM a AS cured\nFROM a AS louder",
          },
        }),
      ),
    ).toEqual([]));
});

describe("a Dockerfile that is none", () => {
  const dockerfile = () => join(folder, "Dockerfile");
  const problem = async () =>
    (await told(answers({ build: { context: folder, dockerfile: "Dockerfile" } }))).join();

  test("is a folder", async () => {
    await mkdir(dockerfile());
    expect(await problem()).toMatch(/compose\.yml:3: .*Dockerfile is no ordinary file/);
  });

  test("is a pipe", async () => {
    await execa("mkfifo", [dockerfile()]);
    expect(await problem()).toMatch(/compose\.yml:3: .*Dockerfile is no ordinary file/);
  });

  test.each(["/dev/zero", "other"])("is a link, to %s: a build would refuse it too", async (to) => {
    await writeFile(join(folder, "other"), "FROM a AS broken\n");
    await symlink(to, dockerfile());
    expect(await problem()).toMatch(/compose\.yml:3: .*Dockerfile is a link/);
  });
});

test("an image that is built is named like the scenario, or like the folder it is built from", async () => {
  await mkdir(join(folder, "s3"));
  for (const at of ["Dockerfile", "s3/Dockerfile"]) await writeFile(join(folder, at), "FROM a");
  const lines = (image: string, context = folder) =>
    told(answers({ image: `aftershock/${image}`, build: { context, dockerfile: "Dockerfile" } }));
  expect(await lines("example:1")).toEqual([]);
  expect(await lines("example-api:1")).toEqual([]);
  expect(await lines("s3:4.1.0", join(folder, "s3"))).toEqual([]);
  expect(await lines("boto-close:broken")).toEqual([
    expect.stringMatching(/builds aftershock\/boto-close:broken: name it aftershock\/example/),
  ]);
  expect(await lines("examples:1")).toHaveLength(1);
});

describe("values are what compose means by them", () => {
  const secret =
    (path: string): AskCompose =>
    async (variables) => {
      const model = await answers({ secrets: [{ source: "s" }] })(variables);
      return { ...model, secrets: { s: { file: path } } };
    };

  test("the link a$b is seen, though compose writes a$$b", async () => {
    await symlink("/etc/shadow", join(folder, "a$b"));
    const lines = await told(secret(join(folder, "a$$b")));
    expect(lines).toEqual([expect.stringMatching(/a\$b lies outside of the scenario's folder/)]);
  });

  test("a folder with a dollar in its name is one", async () => {
    await mkdir(join(folder, "a$b"));
    await writeFile(join(folder, "a$b", "Dockerfile"), "FROM a");
    const build = { context: join(folder, "a$$b"), dockerfile: "Dockerfile" };
    expect(await told(answers({ build }))).toEqual([]);
    await symlink("/etc", join(folder, "c$d"));
    await mkdir(join(folder, "c$$d"));
    const decoy = { ...build, context: join(folder, "c$$d") };
    expect((await told(answers({ build: decoy }))).join()).toMatch(
      /outside of the scenario's project/,
    );
  });
});

describe("limits of memory", () => {
  test.each([
    ["one container", { mem_limit: "900t", memswap_limit: "900t" }],
    ["many", { scale: 9 }],
    ["many by deploy", { deploy: { replicas: 9 } }],
    ["by deploy", { deploy: { resources: { limits: { memory: "2g" } } }, memswap_limit: "2g" }],
  ])("far above what the scenario needs: %s", async (_, service) =>
    expect(await told(answers(service))).toContainEqual(
      expect.stringMatching(/scenario\.ts:12: needs\.memory: .* may take .* GiB.*need 128 MiB/),
    ),
  );

  test("an arm that needs more may have more", async () => {
    const arms = { broken: { role: "broken", needs: { memory: "512 MiB" } } } as const;
    expect(await told(answers({ scale: 9 }), { arms })).toEqual([]);
  });
});

describe("what a fix may change", () => {
  const other = { ...main, image: "aftershock/example-other:1" };
  const ask: AskCompose = async (variables) => {
    const model = await answers({ scale: 2 })(variables);
    const { image: _, ...nameless } = other;
    return {
      ...model,
      services: { ...model.services, twin: model.services["main"]!, other, nameless },
    };
  };
  const fixable = (places: Record<string, readonly string[]>, settings: string[] = []) => ({
    fixable: {
      settings,
      places: Object.fromEntries(
        Object.entries(places).map(([name, services]) => [name, { services, at: "/app" }]),
      ),
    },
  });

  test("one image each, and settings that are put in", async () => {
    await writeFile(join(folder, "compose.yml"), "services: { main: { image: 'x:${A:-1}$B' } }");
    const change = fixable({ app: ["main", "twin"], other: ["other"] }, ["A", "B"]);
    expect(await told(ask, change)).toEqual([]);
  });

  test.each<[string, Partial<ScenarioDefinition>, RegExp]>([
    [
      "a container",
      fixable({ app: ["main-1"] }),
      /places\.app: compose\.yml has no service "main-1"/,
    ],
    ["a name", fixable({ app: ["mian"] }), /no service "mian"; did you mean "main"/],
    ["no image", fixable({ app: ["nameless"] }), /places\.app: service "nameless" has no `image`/],
    [
      "two images",
      fixable({ app: ["main", "other"] }),
      /places\.app: .*runs aftershock\/example:broken/,
    ],
    [
      "two places",
      fixable({ app: ["main"], more: ["main"] }),
      /places\.more: service "main" is in "app"/,
    ],
    [
      "a setting",
      fixable({ app: ["main"] }, ["NOPE"]),
      /settings: compose\.yml does not put NOPE in/,
    ],
  ])("but not %s", async (_, change, message) =>
    expect(await told(ask, change)).toEqual([expect.stringMatching(message)]),
  );
});

describe("an arm's variable", () => {
  const arms = {
    ...definition.arms,
    louder: { ...definition.arms["louder"]!, env: { VOLUME: "11" } },
  };
  beforeEach(() => edited('why: "printing in bold"', 'env: { VOLUME: "11" }, why: "loud"'));

  test("that nothing reads is told at its place", async () =>
    expect(await told(answers({}), { arms })).toEqual([
      expect.stringMatching(/scenario\.ts:16: arms\.louder\.env: nothing reads VOLUME/),
    ]));

  test.each([
    ["compose.yml", "services: { main: { image: 'x:${VOLUME:-1}' } }"],
    ["drive.ts", 'export const drive = ({ arm }) => arm.env["VOLUME"];'],
    ["drive.ts", "export const drive = ({ arm }) => arm.env.VOLUME;"],
  ])("that %s reads is fine: %s", async (file, text) => {
    await writeFile(join(folder, file), text);
    expect((await told(answers({}), { arms })).filter((line) => /VOLUME/.test(line))).toEqual([]);
  });

  test("that a script reads is fine where the drive hands it on", async () => {
    await writeFile(join(folder, "run.sh"), 'echo "$VOLUME"');
    expect(await told(answers({}), { arms })).toHaveLength(1);
    await writeFile(join(folder, "drive.ts"), 'exec("main", ["run"], { env: stage.arm.env })');
    expect(await told(answers({}), { arms })).toEqual([]);
  });
});

describe("the ground a scenario stands on", () => {
  test("its folder while it runs, its project to build, certificates as secrets", () => {
    const ground = groundOf(folder);
    expect(ground.allows(join(folder, "app.conf"), "run")).toBe(true);
    expect(ground.allows(join(root, "app.conf"), "run")).toBe(false);
    expect(ground.allows(`${folder}-other/x`, "run")).toBe(false);
    expect(ground.allows(join(folder, "..foo"), "run")).toBe(true);
    expect(ground.allows(resolve(import.meta.dirname, "../../../images"), "build")).toBe(true);
    expect(ground.allows("/", "build")).toBe(false);
    expect(ground.allows("/etc/ssl/certs/ca-certificates.crt", "build secret")).toBe(true);
    expect(ground.allows("/etc/ssl/private/key.pem", "build secret")).toBe(false);
    expect(ground.allows("/etc/ssl/certs/ca-certificates.crt", "run")).toBe(false);
    expect(ground.allows("/etc/shadow", "build secret")).toBe(false);
  });

  test("links are followed", async () => {
    await symlink("/etc", join(folder, "conf"));
    expect(groundOf(folder).allows(join(folder, "conf/shadow"), "run")).toBe(false);
    expect(groundOf(folder).allows(join(folder, "conf/not-there/yet"), "build")).toBe(false);
  });
});
