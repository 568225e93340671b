import { existsSync, readFileSync } from "node:fs";
import { bounded } from "../../engine/bounded.ts";
import type { Engine } from "../../engine/index.ts";
import { proxyArguments } from "../../engine/proxy.ts";
import { bareImage } from "../../images/bases.ts";
import { mirrorAnswers } from "../../images/bootstrap.ts";
import { hostCaBundle } from "../../images/ca.ts";
import { causeOf } from "../../images/words.ts";
import { note, ok, type Finding } from "./finding.ts";

/** Nobody waits longer for a registry just to be told of it. */
const REACH_WITHIN_MS = 1_500;

/** The proxies of this shell: builds are given them, containers never. */
export function proxies(env: NodeJS.ProcessEnv, engine: Engine | undefined): readonly Finding[] {
  const set = Object.entries(proxyArguments(env));
  if (set.length === 0) return [ok("proxies", "none named in this shell")];
  const told = set.map(([name, value]) => `${name}=${masked(value)}`).join(" ");
  return [
    ok("proxies", `for builds, and for no container: ${told}`),
    ...differing(env),
    ...set.flatMap(([name, value]) => ownLoopback(name, value, engine)),
  ];
}

/** Programs differ in which of the two they take. */
function differing(env: NodeJS.ProcessEnv): readonly Finding[] {
  return ["http_proxy", "https_proxy", "no_proxy"].flatMap((name) => {
    const upper = name.toUpperCase();
    const [a, b] = [env[name], env[upper]];
    if (!a || !b || a === b) return [];
    const told = `${name} and ${upper} differ, and programs differ in which they take`;
    return [note("proxies", told, `Set both to the same, or unset one: unset ${upper}`)];
  });
}

function ownLoopback(name: string, value: string, engine: Engine | undefined): readonly Finding[] {
  const here = /^(?:\w+:\/\/)?(?:[^@/]*@)?(localhost|127\.[\d.]+|\[::1\])(?::|\/|$)/.test(value);
  const same = engine?.local === true && engine.facts.kind === "system";
  if (!here || same || /^no_proxy$/i.test(name)) return [];
  const told = `${name} is this machine's loopback, which builds in the engine's own network can't reach`;
  return [note("proxies", told, "Name the proxy by an address of this machine that others reach.")];
}

/** A name and a password in it are nobody's to read. */
const masked = (value: string) => value.replace(/\/\/[^/@]*@/, "//***@");

/** The certificates that builds trust. */
export function certificates(env: NodeJS.ProcessEnv): readonly Finding[] {
  const notes = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"].flatMap((name) => {
    const path = env[name];
    if (!path || existsSync(path)) return [];
    const hint = `Name the file of the CA certificates, or unset ${name}.`;
    return [note("CA", `${name} names ${path}, which is not there, and counts for nothing.`, hint)];
  });
  const path = hostCaBundle(env);
  const count = readFileSync(path, "utf8").split("-----BEGIN CERTIFICATE-----").length - 1;
  const told = `builds trust the ${count} certificates in ${path}`;
  if (count > 0) return [...notes, ok("CA", told)];
  const hint = "Where a proxy intercepts TLS, name its CA: export SSL_CERT_FILE=/path/to/ca.pem";
  return [...notes, note("CA", told, hint)];
}

/**
 * Whether what images are made of can be had: an image registry, as the engine reaches it, and the
 * machine's Debian mirror, as apt does. None of it is needed for images that are there.
 */
export async function registries(engine: Engine | undefined): Promise<readonly Finding[]> {
  const asked = await Promise.all([
    ...(engine?.facts.kind === "system" ? [imageRegistry(engine)] : []),
    debianMirror(),
  ]);
  return asked.flat();
}

async function imageRegistry({ docker }: Engine): Promise<readonly Finding[]> {
  try {
    await bounded("The registry", REACH_WITHIN_MS, () => docker.getImage(bareImage).distribution());
    return [ok("image registry", "the engine reaches it")];
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const { why = "it does not answer", hint } = causeOf(words) ?? {};
    const told = `${why}. Bases are then made from a Debian mirror, and other images can't be pulled.`;
    return [note("image registry", told, hint)];
  }
}

async function debianMirror(): Promise<readonly Finding[]> {
  const answer = await mirrorAnswers(REACH_WITHIN_MS);
  if (!answer) return [];
  const { mirror, fault } = answer;
  if (fault === undefined) return [ok("Debian mirror", `${mirror} answers`)];
  const told = `${mirror}: ${fault}. Images that are there need none.`;
  return [note("Debian mirror", told, causeOf(fault)?.hint)];
}
