import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replicasOf, type ComposeModel } from "../scenario/compose-model.ts";
import { codeOf, type Scenario } from "../scenario/load.ts";
import { hearClaims } from "../scenario/trial.ts";
import { hasDrill, invalidDrill, loadDrill, readDrill, readDrillYml } from "./load.ts";
import { drillProblems, paperProblems } from "./problems.ts";

/**
 * All that can be known to be wrong with a scenario's drill before anybody plays it.
 * @param model the broken arm, as compose resolves it
 * @throws ScenarioError DRILL_INVALID, one line for each problem
 */
export async function examineDrill({ definition, folder }: Scenario, model: ComposeModel) {
  const { definition: drill, problems, lineOf } = await readDrillYml(folder);
  if (!drill) throw invalidDrill(folder, problems);
  const papers = await readDrill(folder);
  const { fixed, contrast } = await hearClaims(codeOf(folder));
  const facts = {
    services: namesIn(model),
    fixable: definition.fixable ?? { places: {} },
    claims: [...new Set([...fixed, ...contrast])],
    others: await drillsBeside(folder),
  };
  const all = [...drillProblems(drill, facts, lineOf), ...paperProblems(papers)];
  if (all.length > 0) throw invalidDrill(folder, all);
  await loadDrill(folder);
}

/** What its containers are called, replicas by number. */
const namesIn = ({ services }: ComposeModel): readonly string[] =>
  Object.entries(services).flatMap(([name, service]) => {
    const count = replicasOf(service);
    return count > 1 ? Array.from({ length: count }, (_, i) => `${name}-${i + 1}`) : [name];
  });

/** Drills that are chosen from together with this one; those that can't be read are told of themselves. */
async function drillsBeside(folder: string) {
  const root = dirname(folder);
  const beside = (await readdir(root)).map((name) => join(root, name));
  const others = beside.filter((one) => one !== folder && hasDrill(one));
  const read = await Promise.all(others.map((one) => readDrillYml(one).catch(() => undefined)));
  return read.flatMap((file) => (file?.definition ? [file.definition] : []));
}
