import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { EnvironmentError } from "../errors.ts";
import type { EngineFacts } from "../record/schema.ts";
import { bounded } from "./bounded.ts";
import { factsOf, type Info, type Version } from "./suitable.ts";
import type { Endpoint } from "./types.ts";
import { notDocker } from "./unreachable.ts";

/** How long an engine that is well takes at most to say what it is. */
const ANSWER_WITHIN_MS = 10_000;
/** The last net under every request, also those that nobody bounds: nothing begins to answer later. */
const BEGIN_WITHIN_MS = 10 * 60_000;

/** A client for the endpoint and no other; nothing is sent yet. */
export function client(endpoint: Endpoint): Docker {
  const url = URL.parse(endpoint.host);
  if (!url) throw noAddress(endpoint);
  switch (url.protocol) {
    case "unix:":
      return onSocket(socketPath(endpoint.host.slice("unix://".length), url));
    case "npipe:":
      return onSocket(endpoint.host.slice("npipe://".length));
    case "tcp:":
    case "http:":
    case "https:":
      return make(overNetwork(url, endpoint.certificates));
    case "ssh:":
      throw notSpoken(endpoint, url.protocol, forwarding(url));
    default:
      throw notSpoken(endpoint, url.protocol, howNamed);
  }
}

const howNamed = "An engine is named as unix:///PATH or tcp://HOST:PORT.";

function notSpoken({ origin, host }: Endpoint, scheme: string, hint: string): EnvironmentError {
  const message = `${origin} names ${host}; Aftershock does not speak ${scheme}//`;
  return new EnvironmentError("ENGINE_UNREACHABLE", message, { hint });
}

/** What to type for an engine behind ssh, with what its address says. */
function forwarding({ username, hostname, port, pathname }: URL): string {
  const to = quoted(decodeURIComponent(username && `${username}@`) + hostname);
  const at = port && `-p ${port} `;
  const socket = quoted(
    pathname.length > 1 ? decodeURIComponent(pathname) : "/var/run/docker.sock",
  );
  return `Forward its socket by ssh, and name that:
  ssh -nNT -L "$HOME"/aftershock.sock:${socket} -o ExitOnForwardFailure=yes ${at}-f ${to}
  export DOCKER_HOST=unix://"$HOME"/aftershock.sock
It goes before any docker context. Later: kill that ssh, and rm "$HOME"/aftershock.sock`;
}

const quoted = (word: string): string =>
  /^[\w@./:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** As it stands, as the docker command takes it, where that is there: %20 and # are letters like others. */
function socketPath(path: string, url: URL): string {
  return existsSync(path) ? path : decodeURIComponent(url.pathname);
}

const onSocket = (socketPath: string) => make({ socketPath });

/**
 * dockerode takes what it is not told from DOCKER_HOST and its companions, prefers that host to a
 * socket, and fails where the certificates named there are not. The endpoint alone counts.
 */
function make(options: Docker.DockerOptions): Docker {
  const named = process.env["DOCKER_HOST"];
  delete process.env["DOCKER_HOST"];
  try {
    return new Docker({ ...options, connectionTimeout: BEGIN_WITHIN_MS } as Docker.DockerOptions);
  } finally {
    if (named !== undefined) process.env["DOCKER_HOST"] = named;
  }
}

function overNetwork(url: URL, certificates: string | undefined): Docker.DockerOptions {
  const tls = certificates !== undefined || url.protocol === "https:";
  return {
    protocol: tls ? "https" : "http",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (tls ? 2376 : 2375),
    ...(certificates === undefined ? {} : pem(certificates)),
  };
}

/** What is there of ca.pem, cert.pem and key.pem. */
function pem(folder: string): Record<string, Buffer> {
  const names = ["ca", "cert", "key"].filter((name) => existsSync(join(folder, `${name}.pem`)));
  try {
    if (names.length === 0) throw new Error("There is no ca.pem, cert.pem or key.pem.");
    return Object.fromEntries(
      names.map((name) => [name, readFileSync(join(folder, `${name}.pem`))]),
    );
  } catch (cause) {
    throw new EnvironmentError(
      "ENGINE_UNREACHABLE",
      `TLS is asked for, but the certificates in ${folder} cannot be read: ${(cause as Error).message}`,
      {
        hint: "DOCKER_CERT_PATH names their folder. Without TLS: unset DOCKER_TLS_VERIFY",
        cause,
      },
    );
  }
}

const noAddress = ({ origin, host }: Endpoint): EnvironmentError =>
  new EnvironmentError("ENGINE_UNREACHABLE", `${origin} says ${host}, which is no address.`, {
    hint: howNamed,
  });

/** Asks the engine what it is. Fails as the connection fails, and as `factsOf` does. */
export async function facts(
  docker: Docker,
  kind: EngineFacts["kind"],
  { signal, withinMs = ANSWER_WITHIN_MS }: { signal?: AbortSignal; withinMs?: number } = {},
): Promise<EngineFacts> {
  const client = docker as unknown as Bounded;
  const ask = (abortSignal: AbortSignal) =>
    Promise.all([client.version({ abortSignal }), client.info({ abortSignal })]);
  const [version, info] = await bounded("Asking what it is", withinMs, ask, signal);
  if (/^\d+\.\d+$/.test(version?.ApiVersion ?? "") && Number.isFinite(info?.NCPU))
    return factsOf(version, info, kind);
  const [sentence, hint = ""] = notDocker("not in Docker's words");
  throw new EnvironmentError("ENGINE_UNREACHABLE", sentence, { hint });
}

/** The types do not know it, but dockerode gives the signal to the request. */
interface Bounded {
  version(options: { abortSignal: AbortSignal }): Promise<Version>;
  info(options: { abortSignal: AbortSignal }): Promise<Info>;
}
