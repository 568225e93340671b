import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, openFolder } from "../cache.ts";

const usualBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * Path of the CA certificates that this machine trusts, for builds that reach registries through
 * a proxy that intercepts TLS. An empty file where there is nothing to pass on.
 */
export function hostCaBundle(env: NodeJS.ProcessEnv = process.env, usual = usualBundles): string {
  const given = env["SSL_CERT_FILE"];
  if (given && isFile(given)) return given;
  const system = usual.find(isFile);
  const extra = env["NODE_EXTRA_CA_CERTS"];
  if (extra && isFile(extra) && extra !== system) return together(env, [system, extra]);
  return system ?? together(env, []);
}

/** Node's own setting only adds to what the system trusts, so both are needed. */
function together(env: NodeJS.ProcessEnv, parts: readonly (string | undefined)[]): string {
  const text = parts
    .map((path) => (path ? `${readFileSync(path, "utf8").trimEnd()}\n` : ""))
    .join("");
  const path = join(cacheFolder(env), "ca.pem");
  if (!isFile(path) || readFileSync(path, "utf8") !== text) {
    openFolder(cacheFolder(env));
    writeFileSync(path, text);
  }
  return path;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
