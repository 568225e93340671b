import { acquireEngine } from "../harness/engine/index.ts";
import { ensureBases } from "../harness/engine/rootfs.ts";
import { loadScenarios } from "../harness/index.ts";
import { ensureImages } from "../harness/lifecycle/images.ts";
import { plan } from "../harness/replay/plan.ts";
import { told } from "./told.ts";

/** Engine and images before the first container test; the engine is held until the last. */
export default async function setUp(): Promise<() => Promise<void>> {
  const engine = await acquireEngine({ progress: told });
  await ensureBases(engine, told);
  const jobs = plan(await loadScenarios());
  const requests = jobs.map(({ definition, env }) => ({ folder: definition.folder, env }));
  await ensureImages(engine, requests, told);
  return async () => engine[Symbol.asyncDispose]();
}
