import type { Engine } from "../engine/index.ts";
import { ScenarioError } from "../errors.ts";
import { resolveCompose, type ComposeModel } from "../scenario/compose-model.ts";
import { examine, together } from "../scenario/examine.ts";
import type { Scenario } from "../scenario/load.ts";
import type { Job } from "./plan.ts";

/** Compose's answers at once: each keeps a processor busy for a twentieth of a second. */
const AT_ONCE = 4;

/** What compose makes of each job's scenario with the job's variables. */
export type Models = ReadonlyMap<Job, ComposeModel>;

/**
 * Asks compose, once for all jobs that have the same variables.
 * @throws ScenarioError COMPOSE_REFUSED
 */
export async function resolveModels(
  engine: Pick<Engine, "compose" | "env">,
  jobs: readonly Job[],
  signal?: AbortSignal,
): Promise<Models> {
  const alike = [...Map.groupBy(jobs, keyOf).values()];
  const models = new Map<Job, ComposeModel>();
  const compose = { command: engine.compose, env: engine.env };
  const work = async () => {
    for (let next = alike.shift(); next; next = alike.shift()) {
      const [{ definition, scenario, env }] = next as [Job, ...Job[]];
      const request = { folder: definition.folder, profile: scenario, variables: env };
      const model = await resolveCompose(compose, { ...request, ...(signal && { signal }) });
      for (const job of next) models.set(job, model);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return new Map(jobs.map((job) => [job, models.get(job)!]));
}

/**
 * Holds what is about to be run against the policy, and against what scenario.ts says of it.
 * @throws ScenarioError POLICY_BROKEN, SCENARIO_INVALID: one line for each problem
 */
export async function examineAll(scenarios: readonly Scenario[], models: Models): Promise<void> {
  const answers = new Map([...models].map(([job, model]) => [keyOf(job), model]));
  const errors: ScenarioError[] = [];
  for (const scenario of scenarios) {
    const jobs = [...models.keys()].filter(({ definition }) => definition === scenario);
    const ask = async (env: Job["env"]) => answers.get(keyOf({ definition: scenario, env }))!;
    try {
      await examine(scenario, ask, { arms: jobs.map(({ arm }) => arm) });
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw together(errors);
}

const keyOf = ({ definition, env }: Pick<Job, "definition" | "env">) =>
  JSON.stringify([definition.folder, Object.entries(env).toSorted()]);
