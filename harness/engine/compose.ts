import { execa } from "execa";
import { EnvironmentError } from "../errors.ts";
import { olderThan } from "./suitable.ts";

/** The first with `--progress` for all commands. */
const OLDEST_COMPOSE = "2.19";
/** From here on Compose leaves builds to buildx, and wants this one. */
const COMPOSE_WITH_BUILDX = "2.40";
const OLDEST_BUILDX = "0.17";

/** A compose that will do; else, where there is one at all, why it won't: a sentence. */
interface Found {
  readonly argv?: string[];
  readonly unfit?: string;
}

/**
 * A compose v2 that works with this environment and its engine: the docker CLI's plugin, else a
 * docker-compose of its own.
 */
export async function findCompose(env: NodeJS.ProcessEnv): Promise<Found> {
  const tried = await Promise.all(
    [["docker", "compose"], ["docker-compose"]].map((argv) => look(argv, env)),
  );
  return tried.find(({ argv }) => argv) ?? tried.find(({ unfit }) => unfit) ?? {};
}

async function look(argv: string[], env: NodeJS.ProcessEnv): Promise<Found> {
  const version = await say([...argv, "version", "--short"], env);
  const number = /^v?(\d+\.\d+\S*)/.exec(version.stdout)?.[1];
  if (version.failed || number === undefined) return {};
  const name = `${argv.join(" ")} ${number}`;
  if (olderThan(number, OLDEST_COMPOSE))
    return { unfit: `${name} is too old: ${OLDEST_COMPOSE} is needed.` };
  if (!olderThan(number, COMPOSE_WITH_BUILDX)) {
    const { stdout } = await say(["docker", "buildx", "version"], env);
    const buildx = /\bv?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    if (buildx === undefined || olderThan(buildx, OLDEST_BUILDX)) {
      const has = buildx === undefined ? "there is none" : `this is ${buildx}`;
      return { unfit: `${name} builds with buildx ${OLDEST_BUILDX} or later, and ${has}.` };
    }
  }
  // A new engine speaks no old interface, and the other way round.
  const { failed, stderr } = await say([...argv, "ls", "--quiet"], env);
  const [why = ""] = stderr.trim().split("\n").slice(-1);
  return failed ? { unfit: `${name} does not work with this engine: ${why}` } : { argv };
}

function say([file = "", ...rest]: string[], env: NodeJS.ProcessEnv) {
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
  const message = unfit ?? "There is an engine, but no Docker Compose v2.";
  return new EnvironmentError(unfit ? "COMPOSE_UNFIT" : "COMPOSE_MISSING", message, {
    hint: "Install the compose and buildx plugins: part of Docker Desktop; the packages docker-compose-plugin\nand docker-buildx-plugin (Docker's), docker-compose-v2 (Ubuntu) or docker-compose (Debian 13).",
  });
}
