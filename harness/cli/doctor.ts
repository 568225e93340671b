import { statfs } from "node:fs/promises";
import { cacheFolder } from "../cache.ts";
import { acquireEngine, type Engine } from "../engine/index.ts";
import { probeEngine } from "../engine/probe.ts";
import { ensureBases } from "../images/bases.ts";
import { AftershockError, ExitCode } from "../errors.ts";
import { GiB } from "../judge/units.ts";
import { stderrProgress } from "./progress.ts";

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
  yield await disk();
  let engine: Engine;
  try {
    engine = await acquireEngine({ progress: stderrProgress });
  } catch (error) {
    yield failed("engine", error);
    return;
  }
  await using held = engine;
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
  try {
    await ensureBases(held, stderrProgress);
    yield { what: "base images", ok: true, told: "there" };
    for (const finding of await probeEngine(held)) yield finding;
  } catch (error) {
    yield failed("base images", error);
  }
}

async function disk(): Promise<Finding> {
  const folder = cacheFolder();
  const { bavail, bsize } = await statfs(folder).catch(() => statfs("/"));
  const free = bavail * bsize;
  return {
    what: "disk",
    ok: free >= 3 * GiB,
    told: `${(free / GiB).toFixed(1)} GiB free`,
    hint: `3 GiB are needed below ${folder}.`,
  };
}

function failed(what: string, error: unknown): Finding {
  if (!(error instanceof AftershockError)) throw error;
  return { what, ok: false, told: error.message, hint: error.hint };
}
