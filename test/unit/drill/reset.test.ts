import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { layWorkspace } from "../../../harness/drill/hand-out.ts";
import { resetWorkspace } from "../../../harness/drill/reset.ts";

let folder = "";
const file = (...path: string[]) => join(folder, ...path);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reset-"));
  mkdirSync(file("before/app"), { recursive: true });
  writeFileSync(file("before/app/a.py"), "as it was\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a reset moves hers aside and lays out a fresh one, also twice in a second", async () => {
  await layWorkspace(folder);
  writeFileSync(file("workspace/app/a.py"), "hers\n");
  const first = await resetWorkspace(folder);
  writeFileSync(file("workspace/app/a.py"), "hers again\n");
  const second = await resetWorkspace(folder);
  expect(readFileSync(join(first!, "app/a.py"), "utf8")).toBe("hers\n");
  expect(readFileSync(join(second!, "app/a.py"), "utf8")).toBe("hers again\n");
  expect(readFileSync(file("workspace/app/a.py"), "utf8")).toBe("as it was\n");
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("what is there is never written over, and half a copy is made anew", async () => {
  mkdirSync(file("workspace.part/app"), { recursive: true });
  await layWorkspace(folder);
  expect(readFileSync(file("workspace/app/a.py"), "utf8")).toBe("as it was\n");
  writeFileSync(file("workspace/app/a.py"), "hers\n");
  await layWorkspace(folder);
  expect(readFileSync(file("workspace/app/a.py"), "utf8")).toBe("hers\n");
});
