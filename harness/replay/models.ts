import type { Engine } from "../engine/index.ts";
import { resolveCompose, type ComposeModel } from "../scenario/compose-model.ts";
import type { Job } from "./plan.ts";

/** Compose's answers at once: each keeps a processor busy for a twentieth of a second. */
const AT_ONCE = 4;

/**
 * What compose makes of each job's scenario with its variables; asked once for all jobs that have
 * the same.
 * @throws ScenarioError COMPOSE_REFUSED
 */
export async function resolveModels(
  engine: Pick<Engine, "compose" | "env">,
  jobs: readonly Job[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<Job, ComposeModel>> {
  const keyOf = ({ definition: { folder }, env }: Job) => JSON.stringify([folder, env]);
  const alike = [...Map.groupBy(jobs, keyOf).values()];
  const models = new Map<Job, ComposeModel>();
  const compose = { command: engine.compose, env: engine.env };
  const work = async () => {
    for (let next = alike.shift(); next; next = alike.shift()) {
      const [{ definition, scenario, env }] = next as [Job, ...Job[]];
      const request = { folder: definition.folder, profile: scenario, variables: env, signal };
      const model = await resolveCompose(compose, request);
      for (const job of next) models.set(job, model);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return models;
}
