import { acquireEngine } from "../harness/engine/index.ts";
import { loadScenarios } from "../harness/index.ts";
import { resolveModels } from "../harness/replay/models.ts";
import { plan } from "../harness/replay/plan.ts";
import { prepareImages } from "../harness/replay/prepare.ts";
import { told } from "./told.ts";

/** Engine and images before the first container test; the engine is held until the last. */
export default async function setUp(): Promise<() => Promise<void>> {
  const engine = await acquireEngine({ progress: told });
  const compose = { command: engine.compose, env: engine.env };
  const jobs = await resolveModels(compose, plan(await loadScenarios()));
  const images = await prepareImages(engine, jobs, told);
  await Promise.all(jobs.map(images.of));
  return async () => engine[Symbol.asyncDispose]();
}
