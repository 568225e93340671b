import { homedir, tmpdir } from "node:os";
import { proxyArguments } from "./proxy.ts";
import type { Endpoint } from "./types.ts";

/**
 * All of the caller's variables that a child of ours may see: where programs and files are, which
 * certificates are trusted, how an ssh:// engine is reached. What is not named here could change a
 * scenario, its images or its containers without a word.
 */
const handedOn = new Set([
  "PATH",
  "TMPDIR",
  "XDG_CACHE_HOME",
  "XDG_RUNTIME_DIR",
  "SSH_AUTH_SOCK",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "DOCKER_CONFIG", // credentials, and the folder of plugins
  "AFTERSHOCK_DEBIAN_MIRROR", // for our own base images
]);
/** Without these, programs on Windows find neither libraries nor folders; their case varies. */
const windows =
  /^(SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|Path|TEMP|TMP|USERPROFILE|USERNAME|APPDATA|LOCALAPPDATA|ProgramData|ProgramFiles)$/i;

/** The whole environment of a child that the lab starts: nothing else of the caller's reaches it. */
export function closedEnvironment(
  base: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const kept = Object.entries(base).filter(
    (entry): entry is [string, string] =>
      Boolean(entry[1]) &&
      (handedOn.has(entry[0]) || (platform === "win32" && windows.test(entry[0]))),
  );
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ...Object.fromEntries(kept),
    ...proxyArguments(base),
    HOME: base["HOME"] || someHome(),
    LC_ALL: "C.UTF-8",
    // A builder in a container of its own would not see the base images of the engine.
    BUILDX_BUILDER: "default",
    DOCKER_BUILDKIT: "1",
  };
}

/** The same, for children that talk to this engine and to no other. */
export function engineEnvironment(
  { host, certificates }: Endpoint,
  base: NodeJS.ProcessEnv,
): Record<string, string> {
  return {
    ...withoutProxyTo(host, closedEnvironment(base)),
    DOCKER_HOST: host,
    ...(certificates && { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: certificates }),
  };
}

/** Compose would ask the proxy for the engine, which we ask directly. */
function withoutProxyTo(host: string, env: Record<string, string>): Record<string, string> {
  const [, name] = /^(?:tcp|https?):\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]+)/.exec(host) ?? [];
  if (name === undefined || Object.keys(proxyArguments(env)).length === 0) return env;
  const set = (key: string) => [env[key], name.replace(/^\[|\]$/g, "")].filter(Boolean).join(",");
  return { ...env, NO_PROXY: set("NO_PROXY"), no_proxy: set("no_proxy") };
}

/** A user without a passwd entry has none, and programs fail without. */
function someHome(): string {
  try {
    return homedir() || tmpdir();
  } catch {
    return tmpdir();
  }
}
