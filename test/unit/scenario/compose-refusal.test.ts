import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ScenarioError } from "../../../harness/errors.ts";
import { resolveCompose } from "../../../harness/scenario/compose-model.ts";
import { composing } from "../../support/composing.ts";

const given = composing();

async function refused(text: string): Promise<string> {
  writeFileSync(join(given.folder, "compose.yml"), text);
  const request = { folder: given.folder, profile: "it", variables: {} };
  const error = await resolveCompose(given.compose, request).then(
    () => expect.fail("it was not refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ScenarioError);
  const { code, message } = error as ScenarioError;
  expect(code).toBe("COMPOSE_REFUSED");
  expect(message).not.toMatch(/\n|\bat .*:\d+:\d+/);
  return message;
}

const service = (lines: string) => `services:\n  api:\n    image: x\n    ${lines}\n`;
const bomb = "bcdefgh"
  .split("")
  .map((name, i) => `${name}: &${name} [${`*${"abcdefg"[i]},`.repeat(9)}]`);

test.each([
  ["an unknown key", service("foo: 1"), 4, /services\.api.* foo/],
  ["an unknown key of a build", service("build: { context: ., foo: 1 }"), 4, /build.* foo/],
  ["an unknown key at the top", "servicse: {}\n", 1, /servicse/],
  ["a value of a wrong kind", service("mem_limit: [1]"), 4, /mem_limit/],
  ["a size that is none", service("mem_limit: 5foo"), 4, /5foo/],
  ["an env_file that is missing", service("env_file: nope.env"), 4, /nope\.env/],
  ["a network that is not defined", service("networks: [nope]"), 4, /network nope/],
  ["a secret that is not defined", service("secrets: [nope]"), 4, /secret nope/],
  ["extending a missing file", service("extends: { file: nope.yml, service: a }"), 4, /nope\.yml/],
  ["extending a missing service", service("extends: { service: nope }"), 2, /nope/],
  ["extending itself", service("extends: { service: api }"), undefined, /Circular|cycle/i],
  ["including a missing file", "include: [nope.yml]\nservices: { a: { image: x } }\n", 1, /nope/],
  ["a variable that must be set", service('user: "${U:?say who}"'), 4, /say who/],
  ["a variable that is not closed", service('user: "${U"'), 4, /user/],
  ["depending on nothing", service("depends_on: [nope]"), 4, /nope/],
  ["neither image nor build", "services:\n  api: { init: true }\n", 2, /image/],
  ["a key twice", service("image: y"), 4, /image/],
  ["an anchor that is not there", "services:\n  api: *nope\n", 2, /nope/],
  ["a merge of itself", "services:\n  api: &api\n    image: x\n    <<: *api\n", 4, /\*api/],
  [
    "aliases that grow",
    ["a: &a [1,2,3,4,5,6,7,8,9]", ...bomb, "services: *h"].join("\n"),
    7,
    /\*f/,
  ],
  ["a brace left open", "services:\n  api: { image: x\n", undefined, /yaml/],
  ["a tab", "services:\n\tapi: {}\n", 2, /yaml/],
  ["a very long word", service(`foo: "${"y".repeat(300_000)}"`), 4, /foo/],
  ["an address to fetch", "include: ['https://127.0.0.1:1/x.git']\n", undefined, /remote/],
  ["a list", "- a\n", undefined, /./],
  ["nothing", "", undefined, /empty/],
  ["no text", "\u0001\u0002", undefined, /yaml/],
  ["a hundred thousand brackets", `a: ${"[".repeat(50_000)}${"]".repeat(50_000)}`, undefined, /./],
])("refuses %s in compose's words, with the place", async (_, text, line, words) => {
  const message = await refused(text);
  expect(message).toMatch(words);
  expect(message).toContain(line === undefined ? "compose.yml" : `compose.yml:${line}: `);
});

test("names the file that is extended where the fault lies there", async () => {
  writeFileSync(join(given.folder, "base.yml"), "services:\n\tbase: {}\n");
  expect(await refused("services: { a: { extends: { file: base.yml, service: base } } }")).toMatch(
    /base\.yml:2: yaml/,
  );
});
