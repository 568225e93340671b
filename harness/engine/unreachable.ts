import { EnvironmentError } from "../errors.ts";
import type { Endpoint } from "./types.ts";

/** Why an engine could not be used, in one sentence, and what to do about it. */
export interface Unreachable {
  readonly error: EnvironmentError;
  /** True where it may answer if one waits: Docker Desktop wakes up from a pause of its own. */
  readonly mayWake: boolean;
}

interface Cause extends Error {
  readonly code?: string;
  /** Of docker-modem, for an answer that is an error. */
  readonly statusCode?: number;
  readonly json?: { readonly message?: string } | null;
}

const start =
  "Start it, or take the setting away (unset DOCKER_HOST, `docker context use default`):\nthen another engine of this machine is used, or the embedded one.";
const certificates =
  "DOCKER_CERT_PATH names the folder with ca.pem, cert.pem and key.pem;\nDOCKER_TLS_VERIFY=1 asks for TLS. `docker version` must work with the same settings.";

/** What the failure of a first request means: one cause, one sentence. */
export function unreachable(endpoint: Endpoint, cause: unknown): Unreachable {
  if (cause instanceof EnvironmentError && cause.code !== "ENGINE_SILENT")
    return { error: named(endpoint, cause), mayWake: false };
  const [sentence, hint = start, more = {}] = reason(endpoint, cause as Cause);
  const { code = "ENGINE_UNREACHABLE", mayWake = false } = more;
  const message = `${endpoint.origin} names ${endpoint.host}: ${sentence}`;
  return { error: new EnvironmentError(code, message, { hint, cause }), mayWake };
}

/** What is said of the engine itself, of which of them. */
function named({ host }: Endpoint, error: EnvironmentError): EnvironmentError {
  if (error.message.includes(host)) return error;
  const { code, message, hint = "", cause } = error;
  return new EnvironmentError(code, `${host}: ${message}`, { hint, cause });
}

type Reason = [
  sentence: string,
  hint?: string,
  more?: { readonly code?: string; readonly mayWake?: boolean },
];

function reason(endpoint: Endpoint, cause: Cause): Reason {
  const code = cause.code ?? "";
  const socket = /^(unix|npipe):/.test(endpoint.host);
  if (cause.statusCode !== undefined) return answered(cause);
  if (/^(EACCES|EPERM)$/.test(code)) {
    return [
      "you may not use this Docker Engine.",
      "Join its group, then log in again: sudo usermod -aG docker $USER\nOr run this with sudo.",
      { code: "ENGINE_FORBIDDEN" },
    ];
  }
  if (code === "ENOENT") return ["there is no such socket; the engine is not running."];
  if (code === "ECONNREFUSED") {
    return socket
      ? ["nothing listens on that socket any more; the engine is not running."]
      : ["the connection is refused: nothing listens there."];
  }
  if (/^(ENOTSOCK|ENOTDIR|ELOOP|EPROTOTYPE)$/.test(code)) return ["that is no socket."];
  if (/^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/.test(code))
    return [
      "that host name is not known here.",
      "Is it spelled right? A name of a VPN is known only while that is up.",
    ];
  if (/^(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code))
    return [
      "there is no way to that host.",
      "Is the network, or the VPN, up? Is a firewall on the way?",
    ];
  if (code === "ENGINE_SILENT") {
    const hint = `It may be paused, starting or overloaded: look at Docker Desktop, or at the machine it runs on.\n${start}`;
    return ["it does not answer, though something is there.", hint, { mayWake: true }];
  }
  return encrypted(endpoint, cause) ?? [`no Docker Engine answers there: ${cause.message}.`];
}

/** It answered, but with an error. */
function answered({ statusCode = 0, json, message }: Cause): Reason {
  const words = (json?.message ?? message).trim();
  if (/HTTPS server/i.test(words)) return ["it speaks TLS, and was asked without.", certificates];
  if (/paused/i.test(words))
    return [`it is paused: ${words}`, "Wake Docker Desktop up: its menu, Resume."];
  if (statusCode >= 500) return [`it answers with an error: ${words}`, start, { mayWake: true }];
  if (statusCode === 401 || statusCode === 403)
    return [
      `it refuses to answer: ${words}`,
      "Something in front of it checks who asks; `docker version` must work.",
    ];
  return notDocker(`HTTP ${statusCode}`);
}

/** Something answers there that is no Docker Engine. */
export const notDocker = (answer: string): Reason => [
  `what answers there is no Docker Engine (${answer}).`,
  "Is the address right? An engine listens on its socket, or on port 2375 (2376 with TLS).",
];

function encrypted({ host, certificates: folder }: Endpoint, cause: Cause): Reason | undefined {
  const code = cause.code ?? "";
  const words = `${code} ${cause.message}`;
  const tls = folder !== undefined || host.startsWith("https:");
  if (tls && /wrong.version.number|packet.length|http.request|unexpected.message/i.test(words))
    return ["it does not speak TLS.", "Ask without: unset DOCKER_TLS_VERIFY"];
  if (/CERT_HAS_EXPIRED/.test(code)) return ["its certificate has expired.", certificates];
  if (/ALTNAME_INVALID/.test(code)) {
    return [
      "its certificate is for another name.",
      `Name it as its certificate does. ${cause.message}`,
    ];
  }
  if (/SELF_SIGNED|UNABLE_TO|DEPTH_ZERO|CERT_/.test(code)) {
    const where = folder === undefined ? "no CA was named" : `not by the ca.pem in ${folder}`;
    return [`its certificate is signed by a CA that is not known here (${where}).`, certificates];
  }
  if (/alert|handshake/i.test(words))
    return ["it does not accept this machine's certificate (cert.pem and key.pem).", certificates];
  if (/PEM|ERR_OSSL|key values mismatch|X509/i.test(words))
    return [`the certificates in ${folder} cannot be used: ${cause.message}.`, certificates];
  if (code.startsWith("HPE_")) {
    return tls
      ? notDocker("no HTTP")
      : ["what answers there speaks no plain HTTP: TLS, or no Docker Engine.", certificates];
  }
  if (code === "ECONNRESET" || code === "EPIPE") {
    const mend = tls ? "" : "If it wants TLS: ";
    return ["it closes the connection without an answer.", `${mend}${certificates}`];
  }
  return undefined;
}
