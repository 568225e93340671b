import { accessSync, constants, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { cacheFolder } from "../../cache.ts";
import { bounded } from "../../engine/bounded.ts";
import { layout } from "../../engine/embedded/layout.ts";
import type { Engine } from "../../engine/index.ts";
import { timesSlower } from "../../judge/pace.ts";
import { GiB } from "../../judge/units.ts";
import { pace } from "../../measure/pace.ts";
import { capacityOf, shortOfMemory } from "../../replay/capacity.ts";
import { plan } from "../../replay/plan.ts";
import { notWritable } from "../../replay/writable.ts";
import { loadScenarios } from "../../scenario/load.ts";
import { failed, note, ok, type Finding } from "./finding.ts";

/** What a system engine's folder should have free: the images of all incidents, and their builds. */
const ENGINE_NEEDS = 3 * GiB;
/** Build contexts and kept records. */
const CACHE_NEEDS = GiB / 2;

const gib = (bytes: number) => `${(bytes / GiB).toFixed(1)} GiB`;

/** The folder that runs are written to, unless they are told otherwise. */
export function runFolder(): Finding {
  const folder = resolve("runs");
  try {
    accessSync(nearest(folder), constants.W_OK);
    return ok("runs are kept in", folder);
  } catch (cause) {
    return failed("runs are kept in", notWritable(folder, cause));
  }
}

/** Room for what this machine keeps. The embedded engine's own need is looked at as it is opened. */
export async function cacheDisk(): Promise<Finding> {
  const folder = cacheFolder();
  const free = await freeAt(folder);
  const told = `${gib(free)} free for ${folder}`;
  if (free >= CACHE_NEEDS) return ok("cache folder", told);
  return note(
    "cache folder",
    told,
    "Make room, or set XDG_CACHE_HOME to a folder on another disk.",
  );
}

/** Room for images and containers, where the engine has them and this machine sees it. */
export async function engineDisk(engine: Engine): Promise<readonly Finding[]> {
  const folder = await dataFolder(engine);
  if (folder === undefined || !existsSync(folder)) return [];
  const free = await freeAt(folder);
  const told = `${gib(free)} free for images and containers in ${folder}`;
  if (free >= ENGINE_NEEDS || engine.facts.kind === "embedded") return [ok("engine's disk", told)];
  const hint = `All incidents need ${gib(ENGINE_NEEDS)}: \`docker system df\` shows what takes it, \`docker builder prune\` frees some.`;
  return [note("engine's disk", told, hint)];
}

async function dataFolder({ facts, local, docker }: Engine): Promise<string | undefined> {
  if (facts.kind === "embedded") return layout().state;
  if (!local) return undefined;
  const info = (abortSignal: AbortSignal) =>
    (docker as unknown as { info(options: object): Promise<{ DockerRootDir?: string }> }).info({
      abortSignal,
    });
  return (await bounded("Asking for its folder", 5_000, info)).DockerRootDir;
}

/** Processors and memory where the containers run, and the incidents that they are too little for. */
export async function machine(engine: Engine): Promise<readonly Finding[]> {
  const { cpus, memoryBytes } = engine.facts;
  const capacity = capacityOf(engine);
  const has = `${cpus} processors, ${gib(memoryBytes)}, of which ${gib(Math.max(0, capacity.memory))} can be given to incidents`;
  const jobs = plan(await loadScenarios(), { arms: "pair" });
  const short = jobs.flatMap((job) => shortOfMemory(capacity, job) ?? []);
  if (short[0] && short.length === jobs.length) return [failed("machine", short[0])];
  const notes = short.map(({ message, hint }) => note("memory", message, hint));
  return [ok("machine", has), ...notes, ...(engine.local ? processor(pace()) : [])];
}

/** What it means that the processor is slow, where it is: its pace as `pace` gives it. */
export function processor(ownPace?: number): readonly Finding[] {
  const times = timesSlower(ownPace);
  if (times === 1) return [];
  const told = `it takes ${times.toFixed(1)} times as long as the one that the incidents were tried on`;
  const hint =
    "Fewer arms run at once here. What comes too late all the same leaves a verdict open.";
  return [note("processor", told, hint)];
}

const freeAt = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(nearest(folder));
  return bavail * bsize;
};

/** The folder itself, or the one that it will be made in. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
