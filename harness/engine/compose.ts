import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../errors.ts";
import type { Compose } from "../scenario/compose-model.ts";
import { layout } from "./embedded/layout.ts";
import { closedEnvironment } from "./environment.ts";
import { olderThan } from "./suitable.ts";
import type { AcquireOptions } from "./types.ts";

/** The first with `--progress` for all commands. */
const OLDEST_COMPOSE = "2.19";
/** From here on Compose leaves builds to buildx, and wants this one. */
const COMPOSE_WITH_BUILDX = "2.40";
const OLDEST_BUILDX = "0.17";

type Env = Readonly<Record<string, string>>;

/** What Compose is wanted for: to read files alone, or to build and start with an engine. */
interface Use {
  readonly engine: boolean;
}

/** A compose that will do; else, where there is one at all, why it won't: a sentence. */
interface Found {
  readonly argv?: string[];
  readonly unfit?: string;
}

/**
 * Compose where no engine is needed, to look at scenarios: the user's, else the embedded engine's,
 * else fetched.
 * @throws EnvironmentError COMPOSE_MISSING where there is none, and none can be fetched
 */
export async function composeWithoutEngine(options: AcquireOptions): Promise<Compose> {
  const env = closedEnvironment(options.env ?? process.env);
  return { command: await composeFor(env, options, { engine: false }), env };
}

/**
 * The user's Compose where it will do, else the distribution's.
 * @throws EnvironmentError COMPOSE_MISSING, or COMPOSE_UNFIT where the user's won't do
 */
export async function composeFor(env: Env, options: AcquireOptions, use: Use): Promise<string[]> {
  const { argv, unfit } = await findCompose(env, use);
  if (argv) return argv;
  const own = await ownCompose(options);
  if (!own) throw noCompose(unfit);
  if (unfit) options.progress.note(`${unfit} The distribution's is used.`);
  return own;
}

/**
 * A compose v2 that works with this environment, and with its engine where it needs one: the
 * docker CLI's plugin, else a docker-compose of its own.
 */
export async function findCompose(env: Env, use: Use): Promise<Found> {
  const tried = await Promise.all(
    [["docker", "compose"], ["docker-compose"]].map(([name = "", ...rest]) =>
      look([placeOf(name, env), ...rest], env, use),
    ),
  );
  return tried.find(({ argv }) => argv) ?? tried.find(({ unfit }) => unfit) ?? {};
}

async function look(argv: string[], env: Env, { engine }: Use): Promise<Found> {
  const version = await say([...argv, "version", "--short"], env);
  const number = /^v?(\d+\.\d+\S*)/.exec(version.stdout)?.[1];
  if (version.failed || number === undefined || olderThan(number, "2.0")) return {};
  const name = `${argv.join(" ")} ${number}`;
  if (olderThan(number, OLDEST_COMPOSE))
    return { unfit: `${name} is too old: ${OLDEST_COMPOSE} is needed.` };
  if (!engine) return { argv };
  const unfit = (await lacksBuildx(number, env)) ?? (await isRefused(argv, env));
  return unfit === undefined ? { argv } : { unfit: `${name} ${unfit}` };
}

async function lacksBuildx(compose: string, env: Env): Promise<string | undefined> {
  if (olderThan(compose, COMPOSE_WITH_BUILDX)) return undefined;
  const { stdout } = await say([placeOf("docker", env), "buildx", "version"], env);
  const buildx = numberIn(stdout);
  if (buildx !== undefined && !olderThan(buildx, OLDEST_BUILDX)) return undefined;
  const has = buildx === undefined ? "there is none" : `this is ${buildx}`;
  return `builds with buildx ${OLDEST_BUILDX} or later, and ${has}.`;
}

/** A new engine speaks no old interface, and the other way round. */
async function isRefused(argv: readonly string[], env: Env): Promise<string | undefined> {
  const { failed, stderr } = await say([...argv, "ls", "--quiet"], env);
  const [why = ""] = stderr.trim().split("\n").slice(-1);
  return failed ? `does not work with this engine: ${why}` : undefined;
}

/** The numbers of the Compose and the buildx that a command line stands for, where they tell them. */
export async function versionsOf(
  argv: readonly string[],
  env: Env,
): Promise<{ readonly compose: string | undefined; readonly buildx: string | undefined }> {
  const docker = placeOf("docker", env);
  const [compose, buildx] = await Promise.all([
    say([...argv, "version", "--short"], env),
    say([docker, "buildx", "version"], env),
  ]);
  return { compose: numberIn(compose.stdout), buildx: numberIn(buildx.stdout) };
}

const numberIn = (text: string): string | undefined => /\bv?(\d+\.\d+\.\d+)/.exec(text)?.[1];

/** The distribution's Compose, unpacked into the cache folder; undefined where this system has none. */
async function ownCompose(options: AcquireOptions): Promise<string[] | undefined> {
  const { systemPlatform } = await import("./embedded/preconditions.ts");
  const platform = systemPlatform();
  if (!platform) return undefined;
  const here = await unpackedCompose(options.env);
  if (here) return here;
  const { ensureFetched } = await import("./embedded/fetch.ts");
  return composeIn(await ensureFetched("compose", layout(options.env), platform, options));
}

/** The distribution's Compose where it was fetched before. */
export async function unpackedCompose(env?: NodeJS.ProcessEnv): Promise<string[] | undefined> {
  const { unpacked } = await import("./embedded/fetch.ts");
  const at = layout(env);
  const root = unpacked("engine", at) ?? unpacked("compose", at);
  return root === undefined ? undefined : composeIn(root);
}

const composeIn = (root: string): string[] => [join(dirname(root), "bin/docker-compose")];

/** The program's path, so that it is the same one whatever PATH a later call has. */
function placeOf(name: string, env: Env): string {
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(Boolean);
  const names = process.platform === "win32" ? [`${name}.exe`] : [name];
  const places = folders.flatMap((folder) => names.map((file) => join(folder, file)));
  return places.find((path) => existsSync(path)) ?? name;
}

function say([file = "", ...rest]: string[], env: Env) {
  return execa(file, rest, {
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    timeout: 10_000,
  });
}

/** There is no Compose, or none that will do, and none can be fetched. */
export function noCompose(unfit?: string): EnvironmentError {
  const message = unfit ?? "There is no Docker Compose v2 on this machine.";
  return new EnvironmentError(unfit ? "COMPOSE_UNFIT" : "COMPOSE_MISSING", message, {
    hint: "Install the compose and buildx plugins: part of Docker Desktop; the packages docker-compose-plugin\nand docker-buildx-plugin (Docker's), docker-compose-v2 (Ubuntu) or docker-compose (Debian 13).",
  });
}
