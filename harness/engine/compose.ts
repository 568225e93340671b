import { execa } from "execa";
import { EnvironmentError } from "../errors.ts";

/**
 * A compose v2 that works with this environment: the docker CLI's plugin, else a docker-compose
 * of its own. Undefined where the machine has neither.
 */
export async function findCompose(env: NodeJS.ProcessEnv): Promise<string[] | undefined> {
  const tried = [["docker", "compose"], ["docker-compose"]];
  const works = await Promise.all(tried.map((argv) => isComposeV2(argv, env)));
  return tried[works.indexOf(true)];
}

async function isComposeV2(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
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

export function noCompose(cause?: unknown): EnvironmentError {
  return new EnvironmentError("COMPOSE_MISSING", "There is an engine, but no Docker Compose v2.", {
    hint: "Install the compose plugin: part of Docker Desktop; the package docker-compose-plugin\n(Docker's), docker-compose-v2 (Ubuntu) or docker-compose (Debian 13).",
    cause,
  });
}
