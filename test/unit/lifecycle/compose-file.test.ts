import { expect, test } from "vitest";
import { interpolate } from "../../../harness/lifecycle/compose-file.ts";

test.each([
  ["aftershock/x:${ARM:-broken}", {}, "aftershock/x:broken"],
  ["aftershock/x:${ARM:-broken}", { ARM: "fast" }, "aftershock/x:fast"],
  ["${BOX:-512m}", { BOX: "" }, "512m"],
  ["${A}-${B-b}", { A: "a" }, "a-b"],
  ["no variables", {}, "no variables"],
])("%s with %o", (text, env, filled) => expect(interpolate(text, env)).toBe(filled));
