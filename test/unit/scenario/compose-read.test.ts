import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ScenarioError } from "../../../harness/errors.ts";
import { readCompose } from "../../../harness/scenario/compose-read.ts";
import { groundOf } from "../../../harness/scenario/ground.ts";

// What compose would read by itself is read and held against the project before it is asked.

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "compose-read-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Files = Readonly<Record<string, string | Uint8Array>>;

/** The names of the compose files that were read, or what is told instead. */
async function read(files: Files, variables = {}): Promise<readonly string[] | string> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  try {
    const found = await readCompose(join(folder, "compose.yml"), variables, groundOf(folder));
    return found.map(({ path }) => basename(path));
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    const { code, message } = error as ScenarioError;
    expect(code).toBe(/outside/.test(message) ? "POLICY_BROKEN" : "COMPOSE_REFUSED");
    return message.replace(`${folder}/`, "");
  }
}

const service = (lines: string) => `services:\n  a:\n    image: x\n    ${lines}\n`;
const bomb = [
  "a: &a [1,2,3,4,5,6,7,8,9]",
  ..."bcdefgh".split("").map((name, i) => `${name}: &${name} [${`*${"abcdefg"[i]},`.repeat(9)}]`),
  "services: *h",
].join("\n");

describe("a file of the machine's is refused, by whatever key compose would read it", () => {
  test.each<[string, string, Files?]>([
    ["env_file", service("env_file: /etc/passwd")],
    ["one of a list", service("env_file: [own.env, { path: /etc/passwd, required: false }]")],
    ["label_file", service("label_file: /etc/passwd")],
    ["a way up", service("env_file: ../../../../../../../etc/passwd")],
    ["extends", service("extends: { file: /etc/passwd, service: b }")],
    ["include", "include: [/etc/passwd]"],
    ["include with more", "include: [{ path: [own.yml, /etc/passwd] }]", { "own.yml": "" }],
    [
      "include's env_file",
      "include: [{ path: own.yml, env_file: /etc/passwd }]",
      { "own.yml": "" },
    ],
    ["a variable", service("env_file: ${FILE}")],
    ["a variable's default", service('env_file: "${NONE:-/etc/passwd}"')],
    ["half a variable", service("env_file: $DIR/passwd")],
    ["an anchor", `x-a: &a /etc/passwd\n${service("env_file: *a")}`],
    ["a merge", `x-a: &a { env_file: /etc/passwd }\n${service("<<: *a")}`],
    ["a merge of its own", `x-a: &a { path: /etc/passwd }\n${service("env_file: [{ <<: *a }]")}`],
    ["a second document", `services: {}\n---\n${service("env_file: /etc/passwd")}`],
    ["a key by alias", `x-a: &a env_file\nservices: { a: { *a : /etc/passwd } }`],
    [
      "an extended file",
      service("extends: { file: own.yml, service: b }"),
      { "own.yml": service("env_file: /etc/passwd") },
    ],
    [
      "two includes deep, whatever their names",
      "include: [one]",
      { one: "include: [two.txt]", "two.txt": service("env_file: /etc/passwd") },
    ],
  ])("%s", async (_, text, more = {}) => {
    const variables = { FILE: "/etc/passwd", DIR: "/etc" };
    expect(await read({ "compose.yml": text, ...more }, variables)).toMatch(
      /^[\w.]+:\d+: [\w' ]+: \S*\/etc\/passwd lies outside of the scenario's project|^[\w.]+:\d+: env_file: \$\S* lies outside/,
    );
  });

  test("also where a link leads to it, and where compose finds it by itself", async () => {
    symlinkSync("/etc/passwd", join(folder, "own.env"));
    expect(await read({ "compose.yml": service("env_file: own.env") })).toMatch(
      /own\.env lies out/,
    );
    mkdirSync(join(folder, "sub"));
    symlinkSync("/etc/passwd", join(folder, "sub/.env"));
    const include = { "compose.yml": "include: [sub/c.yml]", "sub/c.yml": "services: {}" };
    expect(await read(include)).toMatch(/include's env_file: \S*sub\/\.env lies outside/);
  });
});

describe("what would keep compose busy is refused beforehand", () => {
  test.each<[string, Files, RegExp]>([
    [
      "a bomb of another ending",
      { "compose.yml": "include: [b.txt]", "b.txt": bomb },
      /b\.txt:\d+: alias/,
    ],
    [
      "a bomb two includes deep",
      { "compose.yml": "include: [a/a.yml]", "a/a.yml": "include: [b.yml]", "a/b.yml": bomb },
      /b\.yml:\d+: alias/,
    ],
    [
      "a bomb behind ---",
      { "compose.yml": `services: {}\n---\n${bomb}` },
      /compose\.yml:\d+: alias/,
    ],
    [
      "a large file of variables",
      { "compose.yml": service("env_file: l.env"), "l.env": "A=1\n".repeat(300_000) },
      /env_file: l\.env is larger/,
    ],
    [
      "many files",
      {
        "compose.yml": `include: [${Array.from({ length: 101 }, (_, i) => `${i}.yml`).join()}]`,
        ...Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`${i}.yml`, ""])),
      },
      /more than 100 files/,
    ],
    [
      "another alphabet",
      { "compose.yml": Buffer.from("\uFEFFservices: {}", "utf16le") },
      /no UTF-8/,
    ],
    [
      "a hidden word",
      { "compose.yml": service("env_file: !!binary L2V0Yy9wYXNzd2Q=") },
      /:4: the tag/,
    ],
  ])("%s", async (_, files, message) => expect(await read(files)).toMatch(message));

  test("a pipe and a folder", async () => {
    await execa("mkfifo", [join(folder, "pipe.yml")]);
    mkdirSync(join(folder, "folder.yml"));
    for (const name of ["pipe.yml", "folder.yml"]) {
      const said = new RegExp(`compose.yml:1: include: ${name} is no ordinary file`);
      expect(await read({ "compose.yml": `include: [${name}]` })).toMatch(said);
      expect(await read({ "compose.yml": `# extends ${name}\nservices: {}` })).toEqual([
        "compose.yml",
      ]);
    }
  });
});

test("a path that only compose could know is to be written out", async () => {
  const unknown = /can't be known beforehand/;
  expect(await read({ "compose.yml": service('env_file: "${A:?say}"') })).toMatch(unknown);
  expect(await read({ "compose.yml": service('env_file: "~/x"') })).toMatch(unknown);
  // A .env beside it might say what A is.
  const more = { "compose.yml": "include: [sub/c.yml]", "sub/c.yml": service("env_file: $A.env") };
  expect(await read(more)).toMatch(unknown);
  expect(await read(more, { A: "a" })).toEqual(["compose.yml", "c.yml"]);
});

test("files of the project are read once each, from the folder that each starts from", async () => {
  const files = {
    "compose.yml": [
      "include: [sub/one.yml, { path: sub/two.yml, project_directory: ., env_file: /dev/null }]",
      service('env_file: [own.env, "${KIND:-usual}.env", not-there.env]'),
      "  b: { extends: { file: deep/base.yml, service: base } }",
      "  c: { extends: { service: a } }",
    ].join("\n"),
    "own.env": "",
    "usual.env": "",
    "sub/one.yml": "include: [three.yml]",
    "sub/three.yml": "include: [one.yml]",
    "sub/two.yml": "include: [four.yml]",
    "four.yml": "services: {}",
    "deep/base.yml": `services: { base: { extends: { file: below/base2.yml, service: b } } }`,
    "deep/below/base2.yml": service("env_file: ../../own.env"),
  };
  const found = await read(files);
  expect(new Set(found)).toEqual(
    new Set([
      "compose.yml",
      "one.yml",
      "two.yml",
      "base.yml",
      "three.yml",
      "four.yml",
      "base2.yml",
    ]),
  );
});
