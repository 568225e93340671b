import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { frameBelow } from "../../../harness/scenario/frame.ts";

const root = mkdtempSync(join(tmpdir(), "frame-"));
const folder = join(root, "my incident");
mkdirSync(folder);
symlinkSync(folder, join(root, "link"));
afterAll(() => rmSync(root, { recursive: true }));

const url = `file://${folder.replace(" ", "%20")}`;
const withStack = (...frames: readonly string[]) =>
  Object.assign(new Error("no"), { stack: ["Error: no", ...frames].join("\n    at ") });

test.each([
  ["by its address", `drive (${url}/scenario.ts:41:5)`, "scenario.ts", 41],
  ["without a name", `${url}/scenario.ts:2:5`, "scenario.ts", 2],
  ["after an await", `async Object.drive (${url}/lib/ask.js:7:1)`, "lib/ask.js", 7],
  ["that waited itself", `async ${url}/scenario.ts:9:1`, "scenario.ts", 9],
  ["by its path", `new Thing (${folder}/scenario.ts:3:1)`, "scenario.ts", 3],
  ["with control characters", `f (${url}/a%1B[31m.ts:3:1)`, "a[31m.ts", 3],
])("a frame %s", (_, frame, path, line) => {
  const error = withStack("JSON.parse (<anonymous>)", "read (node:fs:1:1)", frame, `g (${url}/z.ts:1:1)`);
  expect(frameBelow(error, folder)).toEqual({ path, line });
  expect(frameBelow(error, join(root, "link"))).toEqual({ path, line });
}); // prettier-ignore

const outside = withStack(`f (file://${root}/my%20incidents/x.ts:1:1)`, "g (/usr/lib/x.js:1:1)");
const getter = Object.defineProperty(new Error("no"), "stack", {
  get() {
    throw new Error("never");
  },
});
const inMessage = new Error(`no\n    at f (${url}/scenario.ts:1:1)`);

test.each([
  ["other folders", outside],
  ["a stack that can't be read", getter],
  ["a stack that is none", Object.assign(new Error("no"), { stack: 5 })],
  ["a stack that was taken away", Object.assign(new Error("no"), { stack: "" })],
  ["a message that looks like one", inMessage],
  ["an address that is none", withStack("f (file:///%zz:1:1)")],
  ["no error", "no"],
])("none of %s", (_, error) => expect(frameBelow(error, folder)).toBeUndefined());
