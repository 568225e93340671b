/**
 * `npm run drills -- [SCENARIO[/ARM]...]`: each arm of the scenarios that is a fix, or a wrong one, put into a
 * drill's workspace and checked as a learner's: a right one gives 0, a wrong one 1 and names a claim
 * that rejects it, an emptied workspace gives 1. An arm that changes more than a workspace can hold
 * is told and left out. Two at once. Prints a line each; 1 if one is judged wrongly.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { playFix, type PlayedFix } from "../../harness/cli/play-fix.ts";
import { handOut } from "../../harness/drill/hand-out.ts";
import { allDrills, drillFolder, findDrill, type Drill } from "../../harness/drill/load.ts";
import { drillWords } from "../../harness/drill/words.ts";
import { fixOfWorkspace } from "../../harness/drill/workspace.ts";
import { acquireEngine } from "../../harness/engine/index.ts";
import { ExitCode } from "../../harness/index.ts";
import { imagesOf, prepare } from "../../harness/images/prepare.ts";
import { label, ownerLabel } from "../../harness/lifecycle/labels.ts";
import { silent } from "../../harness/progress.ts";
import { resolveModels } from "../../harness/replay/models.ts";
import { plan } from "../../harness/replay/plan.ts";
import { pairOf } from "../../harness/scenario/pair.ts";
import { loadScenario, type Scenario } from "../../harness/scenario/load.ts";
import { differencesOutside } from "./images.ts";

const named = process.argv.slice(2);
const ids = [...new Set(named.map((name) => name.split("/")[0]!))];
const drills =
  ids.length > 0 ? await Promise.all(ids.map((name) => findDrill(name))) : await allDrills();
const isAsked = (id: string, arm: string) =>
  named.length === 0 || named.includes(id) || named.includes(`${id}/${arm}`);
const out = join(import.meta.dirname, "../../runs");
const { signal } = new AbortController();
await using engine = await acquireEngine({ progress: silent });
const labels = { [label.run]: `drills-${process.pid}`, [label.owner]: ownerLabel() };
let [checked, mistakes, undecided] = [0, 0, 0];

for (const drill of drills) {
  const folder = await mkdtemp(join(tmpdir(), "aftershock-drills-"));
  try {
    await ofDrill(drill, await loadScenario(drill.folder), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
console.log(`${checked} workspaces: ${mistakes} judged wrongly, ${undecided} not decided`);
process.exitCode = mistakes > 0 ? 1 : 0;

async function ofDrill(drill: Drill, scenario: Scenario, folder: string): Promise<void> {
  const { arms, id } = scenario.definition;
  const images = await imagesByArm(scenario);
  const places = scenario.definition.fixable?.places ?? {};
  const [broken = ""] = pairOf(scenario.definition);
  const laidOut = (arm: string) =>
    handOut(engine, join(folder, arm), { drill, places, images: images.get(arm)!, labels });
  for (const arm of images.keys()) await mkdir(join(folder, arm));
  await laidOut(broken);
  const before = join(folder, broken, "before");
  const waiting: (() => Promise<void>)[] = [];
  for (const [name, arm] of Object.entries(arms)) {
    const isRight = arm.role === "fixed";
    if (!isAsked(id, name)) continue;
    if (!isRight && (arm.role !== "control" || arm.kind === "no fault")) continue;
    await laidOut(name);
    const workspace = join(folder, name, "workspace");
    const settings = Object.entries(arm.env ?? {}).filter(
      ([key, value]) => arms[broken]!.env?.[key] !== value,
    );
    const text = `settings: ${JSON.stringify(Object.fromEntries(settings))}\n`;
    if (settings.length > 0) await writeFile(join(workspace, "fix.yml"), text);
    const more = await moreThan(
      drill,
      scenario,
      [images.get(broken)!, images.get(name)!],
      settings,
    );
    if (more !== undefined) console.log(`left  ${id}/${name}: ${more}`);
    else
      waiting.push(() =>
        judged(name, workspace, isRight ? ExitCode.ok : ExitCode.claimFailed, arm.rejectedBy),
      );
  }
  const emptied = join(folder, "emptied");
  await mkdir(emptied);
  waiting.unshift(() => judged("emptied", emptied, ExitCode.claimFailed));
  const inTurn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  await waiting.shift()?.(); // leaves a broken record for the others
  await Promise.all([inTurn(), inTurn()]);

  async function judged(name: string, at: string, expected: number, by?: readonly string[]) {
    const began = performance.now();
    const workspace = { folder: at, before, drill: drill.definition };
    let early: string | undefined;
    const played = await playFix(
      {
        ...{ scenario, workspace, source: at, words: drillWords(drill.definition, id) },
        read: () => fixOfWorkspace(workspace, scenario.definition),
      },
      {
        ...{ out, fresh: false, signal, progress: silent },
        early: ({ claim, at: t }) =>
          (early ??= `; early no ${claim.id} at ${(t / 1000).toFixed(1)} s`),
      },
    ).catch((error: Error) => error);
    checked += 1;
    const seconds = Math.round((performance.now() - began) / 1000);
    const told = wrongly(played, expected, early, by);
    const open = told === undefined && !(played instanceof Error) && played.exitCode !== expected;
    mistakes += Number(told !== undefined);
    undecided += Number(open);
    const word = told ? "WRONG" : open ? "?" : "ok";
    const code = played instanceof Error ? played.message : `exit ${played.exitCode}`;
    console.log(
      `${word.padEnd(5)} ${id}/${name}: ${code}, ${seconds} s${early ?? ""}${told ? `; ${told}` : ""}`,
    );
    if (word !== "ok" && !(played instanceof Error))
      console.log(played.yours.reason ?? "", basename(played.folder));
  }
}

/** What is wrong with a verdict; one that was not reached is none. */
function wrongly(
  played: PlayedFix | Error,
  expected: number,
  early: string | undefined,
  by: readonly string[] | undefined,
): string | undefined {
  if (played instanceof Error) return "it was not judged";
  const { exitCode, yours } = played;
  if (expected === ExitCode.ok && early !== undefined) return "a right fix got an early no";
  if (exitCode === ExitCode.inconclusive) return undefined;
  if (exitCode !== expected) return `exit ${expected} was due`;
  const failed = yours.claims.filter(({ ok }) => !ok).map((claim) => claim.id);
  if (by && !by.some((id) => failed.includes(id)))
    return `none of ${by.join(", ")}, but ${failed.join(", ")}`;
  return undefined;
}

/** Image ids by arm and service; all that are missing are built. */
async function imagesByArm(scenario: Scenario) {
  const compose = { command: engine.compose, env: engine.env };
  const jobs = await resolveModels(compose, plan([scenario]));
  const wanted = jobs.map(({ model }) => ({ ...model, folder: scenario.folder }));
  const { images } = await prepare(engine, wanted, silent, signal);
  const ids = await Promise.all(
    images.map(async (own) =>
      Object.fromEntries(
        Object.entries(await imagesOf(own)).map(([service, { id }]) => [service, id]),
      ),
    ),
  );
  return new Map(jobs.map(({ arm }, i) => [arm, ids[i]!]));
}

/** What an arm changes that no workspace holds; undefined if nothing. */
async function moreThan(
  { definition, folder }: Drill,
  { definition: { fixable } }: Scenario,
  [was, now]: readonly [Record<string, string>, Record<string, string>],
  settings: readonly (readonly [string, string])[],
): Promise<string | undefined> {
  const other = settings.find(([name]) => !definition.settings.includes(name));
  if (other) return `it sets ${other[0]}`;
  const handed = Object.entries(definition.workspace).flatMap(([place, { files = ["**"] }]) => {
    const { services, at } = fixable!.places[place]!;
    const isBuilt = existsSync(join(drillFolder(folder), "workspace", place, "Dockerfile"));
    return services.map((service) => ({ service, at, files, isBuilt }));
  });
  let changes = settings.length;
  for (const service of Object.keys(was)) {
    if (was[service] === now[service]) continue;
    const own = handed.filter((one) => one.service === service);
    const installed = own.some(({ isBuilt }) => isBuilt) ? /^usr\/local\/lib\// : undefined;
    const { outside, inside } = await differencesOutside(
      engine,
      [was[service]!, now[service]!],
      { handed: own, installed },
      labels,
    );
    if (outside !== undefined) return `it changes ${outside} in ${service}`;
    changes += inside;
  }
  return changes === 0 ? "nothing of it lies in the workspace" : undefined;
}
