import { existsSync, readdirSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { EnvironmentError, UsageError } from "../errors.ts";
import type { EngineFacts } from "../record/schema.ts";
import { unpacked } from "./embedded/fetch.ts";
import { commandLine, embeddedEngine } from "./embedded/index.ts";
import { isKept, keep, letGo, otherUsers } from "./embedded/keep.ts";
import { layout } from "./embedded/layout.ts";
import { endNow, lifeOf, lost, notEnded } from "./embedded/life.ts";
import { isFree, processes, runsOf } from "./embedded/locks.ts";
import { findSystemEngine } from "./system.ts";
import type { AcquireOptions } from "./types.ts";

/** Starts the embedded engine and leaves it running. Gives a sentence about what is. */
export async function engineStart(options: AcquireOptions): Promise<string> {
  const own = await ownEngine(options);
  if (own) return `${own} is used; there is nothing to start.`;
  const at = layout(options.env);
  await using engine = await embeddedEngine(options);
  await keep(at);
  return `The embedded ${describe(engine.facts)} runs, until \`aftershock engine stop\`.\nBy hand: eval "$(npx aftershock engine env)"`;
}

/** Ends the embedded engine, unless a run uses it; with `force`, with all that runs on it. */
export async function engineStop({
  force = false,
  env = process.env,
}: { force?: boolean; env?: NodeJS.ProcessEnv } = {}): Promise<string> {
  const at = layout(env);
  const life = await lifeOf(at);
  if (life === "none" && !isKept(at)) return "The embedded engine is not running.";
  const runs = runsOf(otherUsers(at));
  if (runs.length > 0 && !force) {
    const how = life === "lost" ? " and does not answer" : "";
    throw new UsageError(
      "ENGINE_IN_USE",
      `The embedded engine is in use by ${processes(runs)}${how}.`,
      { hint: "Wait for the end of the run, or end it all: aftershock engine stop --force" },
    );
  }
  letGo(at);
  const ended = runs.length === 0 && life !== "lost" && (await isFree(at.engineLock, 15_000));
  if (!ended && !(await endNow(at))) throw notEnded(at);
  return "The embedded engine has ended.";
}

/** Which engine would be used, and how it is. */
export async function engineStatus({
  env = process.env,
  progress,
}: AcquireOptions): Promise<string> {
  const own = await ownEngine({ env, progress });
  if (own) return `${own} is used.`;
  const at = layout(env);
  const root = unpacked("engine", at);
  if (!root) return "There is no engine yet. The embedded one is fetched by the first run.";
  const where = `It is unpacked in ${dirname(root)}; its images are in ${at.state}.`;
  const life = await lifeOf(at);
  if (life === "none") return `The embedded engine is not running. ${where}`;
  const kept = isKept(at) ? "`engine start`" : "";
  const runs = runsOf(otherUsers(at));
  const by = [kept, runs.length > 0 ? processes(runs) : ""].filter(Boolean).join(" and ");
  const held = by ? `, held by ${by}` : "";
  if (life !== "lost") return `The embedded engine ${life}${held}. ${where}`;
  const force = runs.length > 0 ? " --force" : "";
  return `The embedded engine is there but does not answer${held}. End it: aftershock engine stop${force}\n${where}`;
}

/**
 * Shell lines that make `docker`, `docker compose` and `docker buildx` use the same engine; only
 * a comment where the user's own is used. It starts nothing.
 */
export async function engineEnv(options: AcquireOptions): Promise<string> {
  const own = await ownEngine(options);
  if (own) return `# ${own} is used: there is nothing to set.\n`;
  const { env = process.env } = options;
  const at = layout(env);
  const root = unpacked("engine", at);
  const life = root ? await lifeOf(at) : "none";
  if (life === "lost") throw lost(at);
  if (!root || life !== "runs") {
    throw new EnvironmentError("ENGINE_NOT_RUNNING", "The embedded engine is not running.", {
      hint: "It lives as long as a run does. Keep it up: npx aftershock engine start",
    });
  }
  const lines = Object.entries(commandLine(at, root, env)).map(([name, value]) =>
    name === "PATH"
      ? `export PATH=${quote(dirname(root))}/bin:"$PATH"`
      : `export ${name}=${quote(value)}`,
  );
  return `unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH\n${lines.join("\n")}\n`;
}

/** Ends the embedded engine and deletes all it has in the cache folder. */
export async function engineRemove(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const at = layout(env);
  if (!existsSync(at.folder)) return "There is no embedded engine to remove.";
  if (existsSync(at.state)) await engineStop({ env });
  await rm(at.folder, { recursive: true, force: true });
  const cache = dirname(at.folder);
  if (readdirSync(cache).length === 0) await rmdir(cache);
  return `The embedded engine, its images and ${at.folder} are removed.`;
}

/** The user's own engine, if that is the one that runs would use; told in a few words. */
async function ownEngine(options: AcquireOptions): Promise<string | undefined> {
  const { env = process.env } = options;
  if (env["AFTERSHOCK_ENGINE"] === "embedded") return undefined;
  const found = await findSystemEngine(env, options);
  return found && `Your own ${describe(found.facts)} at ${found.endpoint.host}`;
}

const describe = ({ version, cgroup, arch }: EngineFacts): string =>
  `Docker Engine ${version} (cgroup v${cgroup}, ${arch})`;

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
