import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach } from "vitest";
import { composeWithoutEngine } from "../../harness/engine/compose.ts";
import { silent } from "../../harness/progress.ts";
import type { Compose } from "../../harness/scenario/compose-model.ts";

/** For a file of tests: compose itself, and an empty folder for each test. */
export function composing(): { readonly compose: Compose; readonly folder: string } {
  const given = { compose: undefined as unknown as Compose, folder: "" };
  beforeAll(async () => {
    given.compose = await composeWithoutEngine({ progress: silent });
  }, 120_000);
  beforeEach(() => {
    given.folder = mkdtempSync(join(tmpdir(), "compose-"));
  });
  afterEach(() => rmSync(given.folder, { recursive: true }));
  return given;
}
