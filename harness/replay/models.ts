import { resolveCompose, type Compose, type ComposeModel } from "../scenario/compose-model.ts";
import type { Job } from "./plan.ts";

/** A job with its scenario as compose resolves it for this arm. */
export interface ResolvedJob extends Job {
  readonly model: ComposeModel;
}

/** Compose takes a core for 50 ms each time. */
const AT_ONCE = 4;

/**
 * Asks compose for each distinct scenario and its variables, once; jobs that have both in common
 * share one model.
 * @throws ScenarioError COMPOSE_REFUSED, and the EnvironmentErrors of `resolveCompose`
 */
export async function resolveModels<T extends Job>(
  compose: Compose,
  jobs: readonly T[],
  signal?: AbortSignal,
): Promise<readonly (T & ResolvedJob)[]> {
  const distinct = new Map(jobs.map((job) => [keyOf(job), job]));
  const waiting = [...distinct];
  const models = new Map<string, ComposeModel>();
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [key, { definition, scenario: profile, env: variables }] = next;
      const { folder } = definition;
      const request = { folder, profile, variables, ...(signal && { signal }) };
      models.set(key, await resolveCompose(compose, request));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return jobs.map((job) => ({ ...job, model: models.get(keyOf(job))! }));
}

const keyOf = ({ definition, env }: Job) => JSON.stringify([definition.folder, env]);
