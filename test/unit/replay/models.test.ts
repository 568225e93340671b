import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { composeWithoutEngine } from "../../../harness/engine/compose.ts";
import { silent } from "../../../harness/progress.ts";
import { resolveModels } from "../../../harness/replay/models.ts";
import { plan } from "../../../harness/replay/plan.ts";
import { loadScenarios } from "../../../harness/scenario/load.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "models-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("compose is asked once for each scenario and its variables, however often arms are run", async () => {
  const compose = await composeWithoutEngine({ progress: silent });
  const calls = join(folder, "calls");
  const counting = join(folder, "compose");
  const command = compose.command.map((word) => `'${word}'`).join(" ");
  writeFileSync(counting, `#!/bin/sh\necho x >>'${calls}'\nexec ${command} "$@"\n`);
  chmodSync(counting, 0o755);
  const arms = ["broken", "patient", "fast-close"];
  const jobs = plan(await loadScenarios(["boto-close"]), { arms, repeat: 3 });
  const resolved = await resolveModels({ ...compose, command: [counting] }, jobs);
  expect(resolved).toHaveLength(9);
  const distinct = new Set(jobs.map(({ env }) => JSON.stringify(env))).size;
  expect(readFileSync(calls, "utf8").trim().split("\n")).toHaveLength(distinct);
  expect(new Set(resolved.map(({ model }) => model)).size).toBe(distinct);
  for (const { model, env } of resolved)
    expect(model.services["api"]!.build!.target).toBe(env["ARM"]);
});
