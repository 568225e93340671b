import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../errors.ts";
import type { Compose } from "../scenario/compose-model.ts";
import { layout } from "./embedded/layout.ts";
import { closedEnvironment } from "./environment.ts";
import type { AcquireOptions } from "./types.ts";

/**
 * Compose where no engine is needed, to look at scenarios: the user's, else the embedded engine's,
 * else fetched.
 * @throws EnvironmentError COMPOSE_MISSING where there is none, and none can be fetched
 */
export async function composeWithoutEngine(options: AcquireOptions): Promise<Compose> {
  const env = closedEnvironment(options.env ?? process.env);
  return { command: (await findCompose(env)) ?? (await ownCompose(options)), env };
}

/**
 * A compose v2 that works with this environment: the docker CLI's plugin, else a docker-compose
 * of its own. Undefined where the machine has neither.
 */
export async function findCompose(
  env: Readonly<Record<string, string>>,
): Promise<string[] | undefined> {
  const tried = [["docker", "compose"], ["docker-compose"]].map(([name = "", ...rest]) => [
    placeOf(name, env),
    ...rest,
  ]);
  const works = await Promise.all(tried.map((argv) => isComposeV2(argv, env)));
  return tried[works.indexOf(true)];
}

/** The distribution's Compose, unpacked into the cache folder, where this system has one. */
export async function ownCompose(options: AcquireOptions): Promise<string[]> {
  const { ensureFetched, unpacked } = await import("./embedded/fetch.ts");
  const { systemPlatform } = await import("./embedded/preconditions.ts");
  const platform = systemPlatform();
  if (!platform) throw noCompose();
  const at = layout(options.env);
  const root =
    unpacked("engine", at) ??
    unpacked("compose", at) ??
    (await ensureFetched("compose", at, platform, options));
  return [join(dirname(root), "bin/docker-compose")];
}

/** The program's path, so that it is the same one whatever PATH a later call has. */
function placeOf(name: string, env: Readonly<Record<string, string>>): string {
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(Boolean);
  const names = process.platform === "win32" ? [`${name}.exe`] : [name];
  const places = folders.flatMap((folder) => names.map((file) => join(folder, file)));
  return places.find((path) => existsSync(path)) ?? name;
}

async function isComposeV2(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  const [file = "", ...rest] = argv;
  const { stdout, failed } = await execa(file, [...rest, "version", "--short"], {
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    timeout: 10_000,
  });
  return !failed && Number.parseInt(stdout.replace(/^v/, ""), 10) >= 2;
}

function noCompose(): EnvironmentError {
  return new EnvironmentError("COMPOSE_MISSING", "There is no Docker Compose v2 on this machine.", {
    hint: "Install the compose plugin: part of Docker Desktop; the package docker-compose-plugin\n(Docker's), docker-compose-v2 (Ubuntu) or docker-compose (Debian 13).",
  });
}
