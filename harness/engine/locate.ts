import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { homeFolder } from "../cache.ts";
import { EnvironmentError } from "../errors.ts";
import { silent, type Progress } from "../progress.ts";
import type { Endpoint } from "./types.ts";

/**
 * The engines to try, best first. One that the user chose (DOCKER_HOST, a docker context) stands
 * alone: nobody wants their containers on another engine than they named.
 */
export function candidates(
  env: NodeJS.ProcessEnv,
  { usual = usualSockets(env), progress = silent }: { usual?: string[]; progress?: Progress } = {},
): Endpoint[] {
  const config = configFolder(env);
  const named = env["DOCKER_HOST"]?.trim();
  if (named) return [namedEndpoint(named, env, config)];
  const context = env["DOCKER_CONTEXT"] || (config && currentContext(config, progress));
  if (context && context !== "default") return [contextEndpoint(context, config ?? "")];
  return [...new Set(usual)]
    .filter((path) => existsSync(path))
    .map((path) => ({ host: `unix://${path}`, origin: `the socket ${path}`, chosen: false }));
}

/** Sockets where engines usually listen: the system's, Docker Desktop's, a rootless one's. */
function usualSockets(env: NodeJS.ProcessEnv): string[] {
  const home = homeFolder(env);
  const own = process.getuid && `/run/user/${process.getuid()}`;
  return [
    "/var/run/docker.sock",
    ...(home ? [".docker/run", ".docker/desktop"].map((at) => join(home, at, "docker.sock")) : []),
    ...[env["XDG_RUNTIME_DIR"], own].flatMap((at) => (at ? [join(at, "docker.sock")] : [])),
  ];
}

/** Certificates count where there is a connection to encrypt: left over beside a socket, they don't. */
function namedEndpoint(
  named: string,
  env: NodeJS.ProcessEnv,
  config: string | undefined,
): Endpoint {
  const host = address(named);
  const certificates = env["DOCKER_CERT_PATH"] || config;
  const tls = env["DOCKER_TLS_VERIFY"] && certificates && /^(tcp|https?):/.test(host);
  return { host, origin: "DOCKER_HOST", chosen: true, ...(tls ? { certificates } : {}) };
}

/** As the docker command reads it: `HOST:PORT`, `:PORT` and `HOST` are TCP, and a path is a socket. */
export function address(named: string): string {
  const [, scheme, rest = ""] = /^([a-z]+):(?:\/\/|(?=\/))(.*)$/i.exec(named) ?? [];
  if (scheme === undefined) return named.startsWith("/") ? `unix://${named}` : tcp(named);
  if (scheme === "unix") return `unix://${rest || "/var/run/docker.sock"}`;
  return scheme === "tcp" ? tcp(rest) : named;
}

const tcp = (host: string): string =>
  `tcp://${host === "" || host.startsWith(":") ? `localhost${host}` : host}`;

function configFolder(env: NodeJS.ProcessEnv): string | undefined {
  const home = homeFolder(env);
  return env["DOCKER_CONFIG"] || (home && join(home, ".docker"));
}

/** Name of the context in force; undefined for the default one. */
function currentContext(folder: string, progress: Progress): string | undefined {
  const path = join(folder, "config.json");
  if (!existsSync(path)) return undefined;
  try {
    const name = readJson(path)["currentContext"];
    return typeof name === "string" ? name : undefined;
  } catch (error) {
    // The docker command warns as well, and goes on.
    progress.note(`${(error as Error).message} No docker context is taken from it.`);
    return undefined;
  }
}

/** A context's endpoint, from the files the CLI keeps; their folder is the name's SHA-256. */
function contextEndpoint(name: string, config: string): Endpoint {
  const digest = createHash("sha256").update(name).digest("hex");
  const meta = join(config, "contexts/meta", digest, "meta.json");
  const origin = `the docker context ${name}`;
  if (!existsSync(meta)) {
    throw new EnvironmentError("ENGINE_UNREACHABLE", `There is no docker context "${name}".`, {
      hint: "See `docker context ls`; choose another one with `docker context use NAME`.",
    });
  }
  const endpoints = readJson(meta)["Endpoints"] as { docker?: { Host?: string } } | undefined;
  const host = endpoints?.docker?.Host;
  if (!host) {
    throw new EnvironmentError("ENGINE_UNREACHABLE", `${meta} names no address of an engine.`);
  }
  const certificates = join(config, "contexts/tls", digest, "docker");
  const tls = existsSync(certificates) && /^(tcp|https):/.test(host);
  return { host: address(host), origin, chosen: true, ...(tls ? { certificates } : {}) };
}

function readJson(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch (cause) {
    const why = cause instanceof SyntaxError ? "it is not JSON" : (cause as Error).message;
    const message = `${path} cannot be read: ${why}.`;
    throw new EnvironmentError("DOCKER_CONFIG_UNREADABLE", message, { cause });
  }
}
