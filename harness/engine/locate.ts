import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";
import type { Endpoint } from "./types.ts";

/**
 * The engines to try, best first. One that the user chose (DOCKER_HOST, a docker context) stands
 * alone: nobody wants their containers on another engine than they named.
 */
export function candidates(env: NodeJS.ProcessEnv, usual = usualSockets(env)): Endpoint[] {
  if (env["DOCKER_HOST"]) {
    const certificates = env["DOCKER_CERT_PATH"] || configFolder(env);
    return [
      {
        host: env["DOCKER_HOST"],
        origin: "DOCKER_HOST",
        chosen: true,
        ...(env["DOCKER_TLS_VERIFY"] ? { certificates } : {}),
      },
    ];
  }
  const context = currentContext(env);
  if (context) return [contextEndpoint(context, configFolder(env))];
  return usual
    .filter((path) => existsSync(path))
    .map((path) => ({ host: `unix://${path}`, origin: `the socket ${path}`, chosen: false }));
}

/** Sockets where engines usually listen: the system's, Docker Desktop's, a rootless one's. */
function usualSockets(env: NodeJS.ProcessEnv): string[] {
  const home = env["HOME"] || homedir();
  return [
    "/var/run/docker.sock",
    join(home, ".docker/run/docker.sock"),
    join(home, ".docker/desktop/docker.sock"),
    ...(env["XDG_RUNTIME_DIR"] ? [join(env["XDG_RUNTIME_DIR"], "docker.sock")] : []),
  ];
}

function configFolder(env: NodeJS.ProcessEnv): string {
  return env["DOCKER_CONFIG"] || join(env["HOME"] || homedir(), ".docker");
}

/** Name of the context in force; undefined for the default one. */
function currentContext(env: NodeJS.ProcessEnv): string | undefined {
  const named = env["DOCKER_CONTEXT"];
  const config = join(configFolder(env), "config.json");
  const name = named || (existsSync(config) ? readJson(config)["currentContext"] : undefined);
  return typeof name === "string" && name !== "" && name !== "default" ? name : undefined;
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
  return { host, origin, chosen: true, ...(existsSync(certificates) ? { certificates } : {}) };
}

function readJson(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  } catch (cause) {
    throw new EnvironmentError("DOCKER_CONFIG_UNREADABLE", `${path} cannot be read.`, { cause });
  }
}
