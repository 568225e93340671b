import { homedir } from "node:os";
import type { Endpoint } from "./types.ts";

/** What a child may inherit from the caller's environment: nothing of it can reach a scenario. */
const inherited = [
  "PATH",
  "HOME",
  "TMPDIR",
  "XDG_CACHE_HOME",
  "XDG_RUNTIME_DIR",
  "SSH_AUTH_SOCK",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "DOCKER_CONFIG",
  "AFTERSHOCK_DEBIAN_MIRROR",
  // What Windows needs to start a program at all.
  ...["SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "TEMP", "TMP", "USERPROFILE"],
  ...["APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles"],
];
const proxies = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"];

/** Every way to write the proxies that a machine uses. */
export const proxyVariables: readonly string[] = proxies.flatMap((name) => [
  name,
  name.toUpperCase(),
]);

/**
 * The whole environment of a child that talks to this engine: what is named here and nothing else
 * of the caller's. So no variable of a shell, compose's and buildx's own among them, decides
 * what is configured, built or run.
 */
export function environment(endpoint: Endpoint, base: NodeJS.ProcessEnv): Record<string, string> {
  const tls = endpoint.certificates;
  return {
    ...closed(base),
    DOCKER_HOST: endpoint.host,
    ...(tls && { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: tls }),
  };
}

/** The same for a child that needs no engine. */
export function closed(base: NodeJS.ProcessEnv): Record<string, string> {
  const own = [...inherited, ...proxyVariables].flatMap((name): [string, string][] =>
    base[name] ? [[name, base[name]]] : [],
  );
  return {
    HOME: homeOf(),
    ...Object.fromEntries(own),
    LC_ALL: "C.UTF-8",
    DOCKER_BUILDKIT: "1",
    // A builder in a container of its own would not see the base images of the engine.
    BUILDX_BUILDER: "default",
    BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
  };
}

function homeOf(): string {
  try {
    return homedir();
  } catch {
    return "/"; // a user whom the system does not know
  }
}
