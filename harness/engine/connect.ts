import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { EnvironmentError } from "../errors.ts";
import type { EngineFacts } from "../record/schema.ts";
import type { Endpoint } from "./types.ts";

/** The oldest interface that is good enough: Engine 20.10. */
const OLDEST_API = "1.41";
const ANSWER_WITHIN_MS = 10_000;

interface Bounded {
  version(options: { abortSignal: AbortSignal }): Promise<{ Version: string; ApiVersion: string }>;
  info(options: { abortSignal: AbortSignal }): Promise<Info>;
}

interface Info {
  readonly CgroupVersion?: string;
  readonly Architecture: string;
  readonly KernelVersion: string;
  readonly NCPU: number;
  readonly MemTotal: number;
}

/** A client for the endpoint and no other; nothing is sent yet. */
export function client(endpoint: Endpoint): Docker {
  const url = new URL(endpoint.host);
  switch (url.protocol) {
    case "unix:":
      return onSocket(decodeURIComponent(url.pathname));
    case "npipe:":
      return onSocket(endpoint.host.slice("npipe://".length));
    case "tcp:":
    case "http:":
    case "https:":
      return new Docker(overNetwork(url, endpoint.certificates));
    default:
      throw new EnvironmentError(
        "ENGINE_UNREACHABLE",
        `${endpoint.origin} says ${endpoint.host}; Aftershock does not speak ${url.protocol}//`,
        {
          hint: "Forward the remote socket and name it instead:\n  ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST &\n  export DOCKER_HOST=unix:///tmp/docker.sock",
        },
      );
  }
}

/** Unless a host is given, dockerode takes the one of DOCKER_HOST, and prefers it to the socket. */
const onSocket = (socketPath: string) => new Docker({ socketPath, host: "" });

function overNetwork(url: URL, certificates: string | undefined): Docker.DockerOptions {
  const tls = certificates !== undefined || url.protocol === "https:";
  const pem = (name: string): Record<string, Buffer> => {
    const path = certificates ? join(certificates, `${name}.pem`) : "";
    return path && existsSync(path) ? { [name]: readFileSync(path) } : {};
  };
  return {
    protocol: tls ? "https" : "http",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (tls ? 2376 : 2375),
    ...pem("ca"),
    ...pem("cert"),
    ...pem("key"),
  };
}

/** Asks the engine what it is. Fails with ENGINE_TOO_OLD, or as the connection fails. */
export async function facts(docker: Docker, kind: EngineFacts["kind"]): Promise<EngineFacts> {
  // The types do not know it, but dockerode gives the signal to the request.
  const bounded = { abortSignal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
  const client = docker as unknown as Bounded;
  const [version, info] = await Promise.all([client.version(bounded), client.info(bounded)]);
  if (olderThan(version.ApiVersion, OLDEST_API)) {
    throw new EnvironmentError(
      "ENGINE_TOO_OLD",
      `This Docker Engine is ${version.Version} (API ${version.ApiVersion}); 20.10 (API ${OLDEST_API}) is needed.`,
      { hint: "Upgrade it, or leave it aside with AFTERSHOCK_ENGINE=embedded (Linux, as root)." },
    );
  }
  return {
    kind,
    version: version.Version,
    api: version.ApiVersion,
    cgroup: info.CgroupVersion === "2" ? 2 : 1,
    arch: info.Architecture,
    kernel: info.KernelVersion,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
  };
}

/** Compares two API versions such as "1.9" and "1.41". */
export function olderThan(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split(".").map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
