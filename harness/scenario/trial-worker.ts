import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { frameBelow } from "./frame.ts";
import { said } from "./plain.ts";
import type { Answer, Draft, Names, Slip, Task } from "./trial.ts";

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

/** One for each line; those of a library are none of the scenario's. */
function slipsOf(errors: readonly ReferenceError[]): readonly Slip[] {
  const slips = errors.flatMap((error) => {
    const frame = frameBelow(error, dirname(file));
    return frame ? [{ ...frame, says: said(error) }] : [];
  });
  return [...Map.groupBy(slips, ({ path, line }) => `${path}:${line}`).values()].map(
    ([one]) => one!,
  );
}

async function claimsOf(exported: unknown): Promise<Answer> {
  const { hollowClaims } = await import("../judge/hollow.ts");
  const { plainCopy } = await import("./plain.ts");
  const { hollowDrive } = await import("./hollow-drive.ts");
  const definition = plainCopy(exported) as Parameters<typeof hollowClaims>[0];
  const heard = hollowClaims(definition);
  const { problems, broken, fixed, contrast, figures, asked } = heard;
  const ids = (claims: typeof broken) => claims.map(({ id }) => id);
  const claims = {
    problems,
    broken: ids(broken),
    fixed: ids(fixed),
    contrast: ids(contrast),
    figures,
    asked: { ...namesIn(asked), metrics: [...asked.metrics] },
    slips: slipsOf(heard.slips),
  };
  // A drive may do as it likes, and not end: what is known without it is told before.
  say({ draft: { ...claims, driven: NOTHING_DRIVEN } });
  const { isWhole, besides, slips, ...driven } = await hollowDrive(definition);
  return {
    ...claims,
    slips: [...claims.slips, ...slipsOf(slips)],
    driven: { ...namesIn(driven), besides: [...besides], isWhole },
  };
}
