import { devNull } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { EnvironmentError } from "../errors.ts";
import { composeFileOf } from "./compose-file.ts";
import { readCompose, refused } from "./compose-read.ts";
import { refusal } from "./compose-refusal.ts";
import { groundOf } from "./ground.ts";

/** How compose is called: start of its command line, and the whole of its environment. */
export interface Compose {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A scenario as compose itself resolves it: what its profile starts, and nothing else. */
export interface ComposeModel {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, ComposeThing>>;
  readonly volumes: Readonly<Record<string, ComposeThing>>;
  readonly secrets: Readonly<Record<string, ComposeThing>>;
  readonly configs: Readonly<Record<string, ComposeThing>>;
  /** The YAML as compose printed it. */
  readonly text: string;
}

export interface ComposeService {
  readonly image?: string;
  readonly build?: ComposeBuild;
  readonly environment?: Readonly<Record<string, string>>;
  readonly scale?: number;
  readonly deploy?: { readonly replicas?: number; readonly [key: string]: unknown };
  readonly profiles?: readonly string[];
  /** Reasons for what departs from the rules, by rule. */
  readonly "x-why"?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

export interface ComposeBuild {
  /** An absolute path, or an address. */
  readonly context: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly additional_contexts?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly source: string; readonly [key: string]: unknown }[];
  readonly network?: string;
  readonly [key: string]: unknown;
}

/** A network, volume, secret or config. */
export interface ComposeThing {
  readonly name?: string;
  readonly internal?: boolean;
  readonly external?: boolean;
  readonly file?: string;
  readonly [key: string]: unknown;
}

export interface ComposeRequest {
  /** The scenario's folder: paths are relative to it. */
  readonly folder: string;
  readonly profile: string;
  /** All that compose may put in for `${NAME}`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** It takes 50 ms; on some files that go in circles it would never come back. */
const ANSWERS_WITHIN_MS = 20_000;

/** Compose would take variables from a `.env` that happens to lie where it is started. */
export const noEnvFile = ["--env-file", devNull];

/**
 * Asks compose what a scenario is, with these variables. Nothing but they and the folder decides
 * the answer.
 * @throws ScenarioError COMPOSE_REFUSED with compose's own words, file and line
 */
export async function resolveCompose(
  compose: Compose,
  request: ComposeRequest,
): Promise<ComposeModel> {
  const { folder, profile, variables, signal } = request;
  const file = composeFileOf(folder);
  // What it needs to run comes last: a variable of the scenario's is none of the program's.
  const env = { ...variables, ...onlyToRun(compose) };
  const files = await readCompose(file, env, groundOf(folder));
  const { execa } = await import("execa"); // heavy, and `list` asks nobody
  const [command = "docker", ...prefix] = compose.command;
  // Printed as JSON it would lose the services' `x-` keys.
  const args = ["--project-name", "aftershock", "--project-directory", folder, "--file", file];
  const options = [...noEnvFile, ...args, "--profile", profile];
  const done = await execa(command, [...prefix, ...options, "config"], {
    cwd: folder,
    env,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout: ANSWERS_WITHIN_MS,
    killSignal: "SIGKILL", // in its circles it hears no other
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (done.timedOut)
    throw refused(
      file,
      undefined,
      `compose did not come to an end within ${ANSWERS_WITHIN_MS / 1000} s`,
    );
  if (done.signal !== undefined)
    throw new EnvironmentError("COMPOSE_ENDED", `${command} was ended by ${done.signal}.`, {
      hint: "Somebody, or the kernel for want of memory, ended it: free some, and try again.",
    });
  if (done.failed && done.exitCode === undefined) throw notStarted(command, file, done);
  if (done.failed) throw refusal(files, done.stderr);
  for (const { path, yaml } of files) {
    const { unclear, lineAt } = yaml;
    // What was read of it beforehand may not be what compose has read.
    if (unclear) throw refused(path, lineAt(unclear.offset), unclear.told);
  }
  return modelOf(done.stdout);
}

/** Of variables that no program can be given, the scenario is to blame; of the rest, the machine. */
function notStarted(
  command: string,
  file: string,
  done: { code?: string | undefined; cause?: unknown },
) {
  const why = new Map([
    ["ERR_INVALID_ARG_VALUE", "one of them has a NUL in it"],
    ["E2BIG", "they are too long"],
  ]).get(done.code ?? "");
  if (why !== undefined)
    return refused(file, undefined, `compose can't be given the arm's variables: ${why}`);
  const { cause = done } = done;
  return new EnvironmentError("COMPOSE_MISSING", `${command} cannot be started.`, { cause });
}

/** How many containers the service has. */
export function replicasOf({ scale, deploy }: ComposeService): number {
  return scale ?? deploy?.replicas ?? 1;
}

/**
 * What the program needs to be found and to run. A file can ask for any variable by name, so what
 * differs between two people (their HOME, their PATH, their engine) is the same word for everybody.
 */
function onlyToRun({ command, env }: Compose): Record<string, string> {
  const plugins = env["DOCKER_CONFIG"] ?? join(env["HOME"] ?? "/", ".docker");
  const { SystemRoot } = env;
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: "/",
    // A scenario is its folder: nothing is fetched to know what it is.
    COMPOSE_EXPERIMENTAL_GIT_REMOTE: "0",
    COMPOSE_EXPERIMENTAL_OCI_REMOTE: "0",
    DOCKER_HOST: "unix:///dev/null", // it asks no engine, nor which one a context would mean
    ...(command.length > 1 && { DOCKER_CONFIG: plugins }), // where the docker CLI finds compose
    ...(SystemRoot !== undefined && { SystemRoot }),
  };
}

function modelOf(text: string): ComposeModel {
  const read = (parse(text) ?? {}) as Partial<Omit<ComposeModel, "text">>;
  return {
    services: mapValues(read.services ?? {}, withoutHoles),
    networks: mapValues(read.networks ?? {}, (network) => network ?? {}),
    volumes: mapValues(read.volumes ?? {}, (volume) => volume ?? {}),
    secrets: read.secrets ?? {},
    configs: read.configs ?? {},
    text,
  };
}

/** A variable without a value is one that nobody set. Left in, it would be filled by who starts it. */
function withoutHoles(service: ComposeService): ComposeService {
  const { environment, build } = service;
  return {
    ...service,
    ...(environment && { environment: filled(environment) }),
    ...(build && { build: build.args ? { ...build, args: filled(build.args) } : build }),
  };
}

const filled = (values: Readonly<Record<string, string | null>>) =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null),
  );

const mapValues = <T, U>(values: Readonly<Record<string, T>>, each: (value: T) => U) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, each(value)]));
