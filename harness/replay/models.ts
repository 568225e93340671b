import { ScenarioError } from "../errors.ts";
import { examine, together } from "../scenario/examine.ts";
import { resolveCompose, type Compose, type ComposeModel } from "../scenario/compose-model.ts";
import { withFix } from "../scenario/with-fix.ts";
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

/**
 * Holds what is about to be run against the policy, and against what scenario.ts says of it.
 * @throws ScenarioError POLICY_BROKEN, SCENARIO_INVALID: one line for each problem
 */
export async function examineAll(jobs: readonly ResolvedJob[]): Promise<void> {
  const answers = new Map(jobs.map((job) => [keyOf(job), job.model]));
  const errors: ScenarioError[] = [];
  for (const [scenario, own] of Map.groupBy(jobs, ({ definition }) => definition)) {
    const ask = async (env: Job["env"]) => answers.get(keyOf({ definition: scenario, env }))!;
    try {
      await examine(scenario, ask, { arms: own.map(({ arm }) => arm) });
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw together(errors);
}

/** The same job; of the arm of somebody's own fix, with that laid over what compose resolved. */
export function fixLaidOver<T extends ResolvedJob>(job: T): T {
  const { fix } = job.definition;
  if (job.role !== "yours" || !fix) return job;
  return { ...job, model: withFix(job.model, fix, job.scenario) };
}

const keyOf = ({ definition, env }: Pick<Job, "definition" | "env">) =>
  JSON.stringify([definition.folder, env]);
