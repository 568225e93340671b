import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { EnvironmentError, ScenarioError } from "../errors.ts";
import { composeLines } from "./compose-lines.ts";
import { shown } from "./shown.ts";

/** How compose is called: the start of its command line, and the whole of its environment. */
export interface Compose {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A scenario's compose file as compose itself resolved it for one arm. */
export interface ComposeModel {
  /** The scenario's folder. */
  readonly folder: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, ComposePart | null>>;
  readonly volumes: Readonly<Record<string, ComposePart | null>>;
  readonly secrets?: Readonly<Record<string, ComposePart | null>>;
  readonly configs?: Readonly<Record<string, ComposePart | null>>;
  readonly [key: string]: unknown;
}

export type ComposePart = Readonly<Record<string, unknown>>;

export interface ComposeService extends ComposePart {
  readonly image?: string;
  readonly build?: ComposeBuild;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly scale?: number;
  readonly deploy?: { readonly replicas?: number };
}

export interface ComposeBuild extends ComposePart {
  readonly context: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string | null>>;
  readonly additional_contexts?: Readonly<Record<string, string>>;
}

const ANSWERS_WITHIN_MS = 30_000;
/** In compose's own order. */
const fileNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/** The compose file of a scenario's folder, by compose's own rules. */
export function composeFile(folder: string): string {
  const paths = fileNames.map((name) => join(folder, name));
  return paths.find((path) => existsSync(path)) ?? join(folder, "compose.yml");
}

/**
 * Asks compose what it makes of a scenario's file: with these variables, the services that the
 * profile starts. Its answer is read as YAML, which keeps what services say under `x-`.
 * @throws ScenarioError COMPOSE_REFUSED in compose's own words, with file and line
 */
export async function resolveCompose(
  { command: [command = "", ...prefix], env }: Compose,
  request: {
    readonly folder: string;
    readonly profile: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ComposeModel> {
  const { folder, profile, variables, signal } = request;
  const file = composeFile(folder);
  const options = ["--file", file, "--project-directory", folder, "--project-name", "aftershock"];
  const answer = await execa(command, [...prefix, ...options, "--profile", profile, "config"], {
    // No variable of a scenario may change how compose itself works.
    env: { ...variables, ...env },
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout: ANSWERS_WITHIN_MS,
    maxBuffer: 16 * 1024 ** 2,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (answer.failed && answer.exitCode === undefined) throw notAsked(command, file, answer);
  if (answer.failed) throw await refused(file, answer.stderr);
  const model = parse(answer.stdout) as Partial<ComposeModel>;
  return { services: {}, networks: {}, volumes: {}, ...model, folder };
}

/** How many containers a service has. */
export function replicasOf({ scale, deploy }: ComposeService): number {
  return scale ?? deploy?.replicas ?? 1;
}

/** Services that have more than one container: theirs are told apart by a number. */
export function replicatedServices({ services }: ComposeModel): ReadonlySet<string> {
  const many = Object.entries(services).filter(([, service]) => replicasOf(service) > 1);
  return new Set(many.map(([name]) => name));
}

/** "FILE:LINE: compose's words": the line is where the key stands that they name, as far as found. */
async function refused(file: string, stderr: string): Promise<ScenarioError> {
  const words = (stderr.trim().split("\n").at(-1) ?? "").replaceAll(`${file}: `, "");
  const text = await readFile(file, "utf8").catch(() => "");
  const told = /^yaml: line (\d+)/.exec(words)?.[1];
  const line = told ? Number(told) : lineOf(text, words);
  return new ScenarioError("COMPOSE_REFUSED", `${shown(file)}:${line}: ${words}`, {
    hint: "That is what `docker compose config` says of it.",
  });
}

/** Of "services.api.foo", of 'service "api"', or of any quoted or last word that the file has. */
function lineOf(text: string, words: string): number {
  const [, path, service] =
    /\b((?:services|networks|volumes|secrets|configs)(?:\.[\w-]+)+)/.exec(words) ??
    /()service "?([\w-]+)"?/.exec(words) ??
    [];
  const extra = /(?:property|network|volume|secret|config) "?([\w.-]+)"?/i.exec(words)?.[1];
  if (path || service) {
    const keys = path ? path.split(".") : ["services", service!];
    try {
      return composeLines(text)(extra ? [...keys, extra] : keys);
    } catch {
      return 1;
    }
  }
  const last = /([\w./-]+)(?:: no such file|' referenced|: permission denied)/.exec(words)?.[1];
  const at = last ? text.indexOf(last.split("/").at(-1)!) : -1;
  return at < 0 ? 1 : text.slice(0, at).split("\n").length;
}

function notAsked(command: string, file: string, answer: { timedOut: boolean; cause?: unknown }) {
  return new EnvironmentError(
    "COMPOSE_SILENT",
    answer.timedOut
      ? `${command} did not say within ${ANSWERS_WITHIN_MS / 1000} s what it makes of ${shown(file)}.`
      : `${command} could not be run.`,
    { hint: "`aftershock doctor` tells which compose is used.", cause: answer.cause },
  );
}
