import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { acquireEngine, type Engine } from "../harness/engine/index.ts";
import { loadScenarios } from "../harness/index.ts";
import { resolveModels } from "../harness/replay/models.ts";
import { plan } from "../harness/replay/plan.ts";
import { prepareImages } from "../harness/replay/prepare.ts";
import { readyFile } from "./ready-file.ts";
import { told } from "./told.ts";

/**
 * Begins to fetch the engine and to build the images, once for all projects that need them: packages
 * are waited for while the unit tests work. `ready.ts` waits for the end; the engine is held until the last test.
 */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[readyFile] !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "aftershock-ready-"));
  const file = join(folder, "ready");
  process.env[readyFile] = file;
  const say = (words: string) => {
    writeFileSync(`${file}.new`, words);
    renameSync(`${file}.new`, file);
  };
  const engine = acquireEngine({ progress: told });
  const prepared = engine.then(buildAll).then(
    () => say(""),
    (error: unknown) => say(inspect(error)),
  );
  return async () => {
    await prepared;
    await (await engine)[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  };
}

async function buildAll(engine: Engine): Promise<void> {
  const compose = { command: engine.compose, env: engine.env };
  const jobs = await resolveModels(compose, plan(await loadScenarios()));
  const images = await prepareImages(engine, jobs, told);
  await Promise.all(jobs.map(images.of));
}
