import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { bounded } from "../engine/bounded.ts";
import { layout } from "../engine/embedded/layout.ts";
import { neededBytes } from "../engine/embedded/preconditions.ts";
import { acquireEngine, type Engine } from "../engine/index.ts";
import { probeEngine } from "../engine/probe.ts";
import { ensureBases } from "../images/bases.ts";
import { AftershockError, ExitCode } from "../errors.ts";
import { GiB } from "../judge/units.ts";
import { label, ownerLabel } from "../lifecycle/labels.ts";
import { stderrProgress } from "./progress.ts";

/** Three containers and a network, on a machine that is busy. */
const TRY_WITHIN_MS = 3 * 60_000;

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly told: string;
  readonly hint?: string | undefined;
}

/** Examines the machine and prints one line a finding; gives 0, or 69 if something is missing. */
export async function examine(out: { write(text: string): unknown }): Promise<number> {
  let ok = true;
  for await (const { what, ok: fine, told, hint } of findings()) {
    ok &&= fine;
    out.write(`${fine ? "ok  " : "FAIL"}  ${what.padEnd(18)} ${told}\n`);
    if (!fine && hint) out.write(`${hint.replace(/^/gm, "      ")}\n`);
  }
  return ok ? ExitCode.ok : ExitCode.environment;
}

async function* findings(): AsyncGenerator<Finding> {
  yield { what: "node", ok: true, told: process.versions.node };
  let engine: Engine;
  try {
    engine = await acquireEngine({ progress: stderrProgress });
  } catch (error) {
    yield await diskOf("cache folder", layoutFolder, 0);
    yield failed("engine", error);
    return;
  }
  await using held = engine;
  yield* disks(held);
  const { kind, version, api, cgroup, cpus, memoryBytes } = held.facts;
  yield {
    what: "engine",
    ok: true,
    told: `${kind} ${version}, API ${api}, cgroup v${cgroup}, ${held.local ? "local" : "remote"}`,
  };
  yield {
    what: "machine",
    ok: memoryBytes >= 4 * GiB,
    told: `${cpus} processors, ${(memoryBytes / GiB).toFixed(1)} GiB`,
    hint: "4 GiB are needed for the largest scenario.",
  };
  yield* tried(held);
}

/** The bases, and what an engine must really do. Should we be killed, a sweep finds all of it. */
async function* tried(engine: Engine): AsyncGenerator<Finding> {
  try {
    await ensureBases(engine, stderrProgress);
    yield { what: "base images", ok: true, told: "there" };
  } catch (error) {
    yield failed("base images", error);
    return;
  }
  const labels = { [label.owner]: ownerLabel(), [label.run]: `doctor-${process.pid}` };
  try {
    yield* await bounded("Trying containers", TRY_WITHIN_MS, () => probeEngine(engine, labels));
  } catch (error) {
    yield failed("containers", error);
  }
}

/** Where images and containers go: the cache folder, or wherever the user's engine has them. */
async function* disks(engine: Engine): AsyncGenerator<Finding> {
  if (engine.facts.kind === "embedded") {
    yield await diskOf("disk", layoutFolder, neededBytes(layout()));
    return;
  }
  yield await diskOf("disk", layoutFolder, GiB / 2);
  if (!engine.local) return;
  const info = await bounded(
    "Asking for its folder",
    10_000,
    () => engine.docker.info() as Promise<{ DockerRootDir?: string }>,
  );
  const root = info.DockerRootDir;
  if (root) yield await diskOf("engine's disk", () => root, 3 * GiB);
}

const layoutFolder = (): string => layout().folder;

/** Room on the disk that holds the folder, or that will once it is there. */
async function diskOf(what: string, where: () => string, needed: number): Promise<Finding> {
  try {
    const folder = where();
    const { bavail, bsize } = await statfs(nearest(folder));
    const free = bavail * bsize;
    return {
      what,
      ok: free >= needed,
      told: `${(free / GiB).toFixed(1)} GiB free for ${folder}`,
      hint: `${needed / GiB} GiB are needed there.`,
    };
  } catch (error) {
    return failed(what, error);
  }
}

function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

/** What the machine or its engine refused, in a line; a fault of ours is none of that. */
function failed(what: string, error: unknown): Finding {
  const hint = error instanceof AftershockError ? error.hint : undefined;
  const [told = ""] = (error instanceof Error ? error.message : String(error)).trim().split("\n");
  if (error instanceof TypeError || error instanceof ReferenceError) throw error;
  return { what, ok: false, told, hint };
}
