import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readFix } from "../../../harness/scenario/fix.ts";
import { loadScenarios } from "../../../harness/scenario/load.ts";
import { stageFix } from "../../../harness/scenario/stage-fix.ts";

// What `npm run fixes` has judged in containers: here only that each can still be taken.

const root = join(import.meta.dirname, "../../fixes");
const folder = await mkdtemp(join(tmpdir(), "fixes-"));
afterAll(() => rm(folder, { recursive: true }));

test.each(await loadScenarios())(
  "$definition.id has eight right ones and eight wrong ones",
  async ({ definition }) => {
    const names = await readdir(join(root, definition.id));
    for (const name of names) {
      const fix = await readFix(join(root, definition.id, name), definition);
      expect(fix.why).toMatch(/\w/);
      await stageFix(fix, join(folder, definition.id, name));
    }
    for (const kind of ["right-", "wrong-"])
      expect(names.filter((name) => name.startsWith(kind)).length).toBeGreaterThanOrEqual(8);
  },
);
