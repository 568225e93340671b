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
    const { missingFor } = await import("../../images/checked.ts");
    const { brokenFor } = await import("../../scenario/pair.ts");
    const { examineDrill } = await import("../../drill/examine-drill.ts");
    const { hasDrill } = await import("../../drill/load.ts");
    const { loadScenario } = await import("../../scenario/load.ts");
    const compose = await composeWithoutEngine({ progress: stderrProgress });
    const errors: InstanceType<typeof ScenarioError>[] = [];
    for (const folder of await foldersOf(paths)) {
      const before = errors.length;
      try {
        const scenario = await loadScenario(folder, true);
        const { id } = scenario.definition;
        const arms = await examine(
          scenario,
          (variables) => resolveCompose(compose, { folder, profile: id, variables }),
          { hear: true },
        );
        errors.push(...(await missingFor(arms.map((arm) => ({ ...arm.compose, folder })))));
        const broken = arms.find(({ name }) => name === brokenFor(scenario.definition, ""));
        if (broken && hasDrill(folder)) await examineDrill(scenario, broken.compose);
        if (errors.length === before) this.process.stdout.write(`${id}: valid\n`);
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error;
        errors.push(error);
      }
    }
    if (errors.length > 0) throw together(errors);
  },
});

/** Folders as they are named, by path or by id; all of the project's own, or the lab's, if none is. */
async function foldersOf(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const { existsSync } = await import("node:fs");
  const { resolve } = await import("node:path");
  const { placesFrom } = await import("../../scenario/places.ts");
  const { yours, lab } = placesFrom();
  const known = new Map([...lab, ...yours]);
  const folderOf = (path: string) =>
    existsSync(path) ? resolve(path) : (known.get(path) ?? resolve(path));
  const all = (yours.size > 0 ? yours : lab).values();
  return new Set(paths.length > 0 ? paths.map(folderOf) : all);
}
