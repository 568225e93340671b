import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import type { Answer, Draft, Names, Task } from "./trial.ts";

// The thread of trial-process.ts. No await at the top: node would warn of one that never ends, and
// here that is an answer. A promise that is rejected on the way ends the thread first.
const { file, hear } = workerData as Task;
const say = (answer: Answer | Draft) => parentPort!.postMessage(answer);
process.once("beforeExit", () => say("never ends"));
void load();

async function load(): Promise<void> {
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  await setImmediate();
  say(hear ? await claimsOf(module.default) : "loaded");
}

function namesIn({ services, phases, loads, observations }: Record<keyof Names, Set<string>>) {
  return {
    services: [...services],
    phases: [...phases],
    loads: [...loads],
    observations: [...observations],
  };
}

const NOTHING_DRIVEN = {
  services: [],
  phases: [],
  loads: [],
  observations: [],
  besides: [],
  isWhole: false,
};

async function claimsOf(exported: unknown): Promise<Answer> {
  const { hollowClaims } = await import("../judge/hollow.ts");
  const { plainCopy } = await import("./plain.ts");
  const { hollowDrive } = await import("./hollow-drive.ts");
  const definition = plainCopy(exported) as Parameters<typeof hollowClaims>[0];
  const { problems, broken, fixed, contrast, figures, asked } = hollowClaims(definition);
  const ids = (claims: typeof broken) => claims.map(({ id }) => id);
  const claims = {
    problems,
    broken: ids(broken),
    fixed: ids(fixed),
    contrast: ids(contrast),
    figures,
    asked: { ...namesIn(asked), metrics: [...asked.metrics] },
  };
  // A drive may do as it likes, and not end: what is known without it is told before.
  say({ draft: { ...claims, driven: NOTHING_DRIVEN } });
  const { isWhole, besides, ...driven } = await hollowDrive(definition);
  return { ...claims, driven: { ...namesIn(driven), besides: [...besides], isWhole } };
}
