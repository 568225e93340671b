import { buildCommand } from "@stricli/core";
import { pathName } from "../path-name.ts";
import { stderrProgress } from "../progress.ts";

/** `aftershock validate [PATH...]` */
export const check = buildCommand<{}, string[]>({
  docs: {
    brief: "Check scenario folders, or all of our own, without running anything",
    fullDescription:
      "Compose is asked what each arm is, and the policy is held against it; the Dockerfiles' " +
      "stages are looked up, and the claims are judged on a record of nothing; a drill is held " +
      "against all that. Every problem is told as FILE:LINE. Exit codes: 0 all valid, 65 not, 69 there is no Docker Compose.",
    customUsage: [
      { input: "", brief: "all scenarios" },
      { input: "incidents/leaky-list incidents/late-timer", brief: "two folders" },
    ],
  },
  parameters: {
    positional: {
      kind: "array",
      parameter: { brief: "scenario folders", parse: pathName("validate"), placeholder: "path" },
    },
  },
  async func(_, ...paths) {
    const { ScenarioError } = await import("../../errors.ts");
    const { composeWithoutEngine } = await import("../../engine/compose.ts");
    const { resolveCompose } = await import("../../scenario/compose-model.ts");
    const { examine, together } = await import("../../scenario/examine.ts");
    const { variablesOf } = await import("../../scenario/check.ts");
    const { brokenFor } = await import("../../scenario/pair.ts");
    const { examineDrill } = await import("../../drill/examine-drill.ts");
    const { hasDrill } = await import("../../drill/load.ts");
    const { loadScenario } = await import("../../scenario/load.ts");
    const compose = await composeWithoutEngine({ progress: stderrProgress });
    const errors: InstanceType<typeof ScenarioError>[] = [];
    for (const folder of await foldersOf(paths)) {
      try {
        const scenario = await loadScenario(folder, true);
        const { id, arms } = scenario.definition;
        const ask = (variables: Readonly<Record<string, string>>) =>
          resolveCompose(compose, { folder, profile: id, variables });
        await examine(scenario, ask, { hear: true });
        const broken = brokenFor(scenario.definition, "");
        if (hasDrill(folder))
          await examineDrill(scenario, await ask(variablesOf(broken, arms[broken]!)));
        this.process.stdout.write(`${id}: valid\n`);
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error;
        errors.push(error);
      }
    }
    if (errors.length > 0) throw together(errors);
  },
});

/** Folders as they are named, by path or as an id of our own; all our own if none is. */
async function foldersOf(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const { existsSync } = await import("node:fs");
  const { join, resolve } = await import("node:path");
  const { scenarioIds, scenariosFolder } = await import("../../scenario/load.ts");
  const ids = await scenarioIds();
  const own = (id: string) => join(scenariosFolder, id);
  const folderOf = (path: string) =>
    ids.includes(path) && !existsSync(path) ? own(path) : resolve(path);
  return new Set(paths.length > 0 ? paths.map(folderOf) : ids.map(own));
}
