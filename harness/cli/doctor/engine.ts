import { findCompose, noCompose, unpackedCompose, versionsOf } from "../../engine/compose.ts";
import { embeddedEngine } from "../../engine/embedded/index.ts";
import { unpacked } from "../../engine/embedded/fetch.ts";
import { layout } from "../../engine/embedded/layout.ts";
import {
  checkFolder,
  checkMachine,
  systemPlatform,
  thisMachine,
} from "../../engine/embedded/preconditions.ts";
import { engineEnvironment } from "../../engine/environment.ts";
import { chooseEngine, type AcquireOptions, type Engine } from "../../engine/index.ts";
import { systemEngine, type Found } from "../../engine/system.ts";
import { failed, note, ok, type Finding } from "./finding.ts";

/** The engine that a run would use, as far as it is here, and what there is to say of it. */
export interface Opened {
  readonly engine?: Engine;
  readonly findings: readonly Finding[];
}

/**
 * Finds the engine that a run would use, and takes it where it is: nothing is fetched, and nobody
 * is waited for.
 */
export async function openEngine(): Promise<Opened> {
  const passed: Finding[] = [];
  const options: AcquireOptions = {
    progress: { step: (_what, run) => run(), note: (line) => void passed.push(passedOver(line)) },
    wakeWithinMs: 0,
  };
  try {
    const found = await chooseEngine(options);
    const opened = found ? await openFound(found, options) : await openEmbedded(options);
    return { ...opened, findings: [...passed, ...opened.findings] };
  } catch (error) {
    return { findings: [...passed, failed("engine", error)] };
  }
}

function passedOver(line: string): Finding {
  const [, engine] = /^passed over (.*)$/s.exec(line) ?? [];
  return engine === undefined ? note("docker settings", line) : note("passed over", engine);
}

async function openFound(found: Found, options: AcquireOptions): Promise<Opened> {
  const { endpoint } = found;
  const env = engineEnvironment(endpoint, process.env);
  const { argv, findings } = await composeOf(env, options);
  const engine = await systemEngine(found, env, argv);
  const by = endpoint.origin.includes(endpoint.host.replace("unix://", ""))
    ? endpoint.origin
    : `${endpoint.origin}, which names ${endpoint.host}`;
  return { engine, findings: [...described(engine, by), ...findings] };
}

async function openEmbedded(options: AcquireOptions): Promise<Opened> {
  const at = layout();
  checkMachine(thisMachine());
  await checkFolder(at);
  if (!unpacked("engine", at)) {
    const told =
      "none yet; the first run fetches the distribution's own, about 100 MB, into the cache folder: nothing is installed";
    return { findings: [ok("engine", told)] };
  }
  const engine = await embeddedEngine(options);
  const { compose = "?", buildx = "none" } = await versionsOf(engine.compose, engine.env);
  return {
    engine,
    findings: [
      ...described(engine, "no other: the embedded one is used"),
      ok("compose", `${compose}, buildx ${buildx}: the embedded engine's`),
    ],
  };
}

function described({ facts, local }: Engine, by: string): readonly Finding[] {
  const { kind, version, api, cgroup, arch, kernel } = facts;
  const where = local ? "on this machine" : "in a virtual machine, or on another machine";
  return [
    ok("engine", `${kind} ${version}, API ${api}, cgroup v${cgroup}, ${arch}, Linux ${kernel}`),
    ok("found by", by),
    ok("runs", where),
  ];
}

/** Compose as `composeFor` chooses it, but for the fetching. */
async function composeOf(
  env: Engine["env"],
  options: AcquireOptions,
): Promise<{ argv: readonly string[]; findings: readonly Finding[] }> {
  const { argv, unfit } = await findCompose(env, { engine: true });
  const used = argv ?? (await unpackedCompose(options.env));
  if (!used && !systemPlatform()) throw noCompose(unfit);
  const why = unfit ?? "There is no Docker Compose v2 of your own.";
  if (!used) {
    const told = `${why} The first run fetches the distribution's into the cache folder.`;
    return { argv: [], findings: [note("compose", told)] };
  }
  const { compose = "?", buildx = "none" } = await versionsOf(used, env);
  const told = `${compose}, buildx ${buildx} (${used.join(" ")})`;
  const findings = argv ? [ok("compose", told)] : [note("compose", `${why} ${told} is used.`)];
  return { argv: used, findings };
}
