import { expect, test } from "vitest";
import { causeOf } from "../../../harness/images/words.ts";

/** Lines as builders, registries and package managers write them. */
const told: readonly (readonly [words: string, why: RegExp, hint: RegExp])[] = [
  [
    "E: Release file for http://mirror.example/dists/bookworm/InRelease is not valid yet (invalid for another 2h 3min)",
    /clock/,
    /date/,
  ],
  [
    "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 1970-01-01T00:01:00Z is before 2026-01-01T00:00:00Z",
    /clock/,
    /date/,
  ],
  [
    "x509: certificate has expired or is not yet valid: current time 2026-11-27T00:00:00Z is after 2026-01-01T00:00:00Z",
    /certificate is not trusted/,
    /./,
  ],
  [
    'error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH',
    /credential helper/,
    /credsStore/,
  ],
  [
    "Get https://registry.example/v2/: Proxy Authentication Required",
    /name and a password/,
    /HTTPS_PROXY/,
  ],
  ["http: server gave HTTP response to HTTPS client", /no TLS/, /insecure-registries/],
  [
    "toomanyrequests: You have reached your unauthenticated pull rate limit.",
    /429/,
    /docker login/,
  ],
  ["failed to resolve: unexpected status: 429 Too Many Requests", /429/, /docker login/],
  [
    'Get "https://registry.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    /certificate/,
    /SSL_CERT_FILE/,
  ],
  [
    "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate'))",
    /certificate/,
    /SSL_CERT_FILE/,
  ],
  [
    "Err:1 https://mirror.example bullseye Release  Certificate verification failed: The certificate is NOT trusted.",
    /certificate/,
    /SSL_CERT_FILE/,
  ],
  ["dial tcp: lookup registry.example: no such host", /out of reach/, /HTTPS_PROXY/],
  ["Temporary failure resolving 'mirror.example'", /out of reach/, /HTTPS_PROXY/],
  ["Could not resolve 'mirror.example'", /out of reach/, /HTTPS_PROXY/],
  ["dial tcp 192.0.2.1:443: connect: connection refused", /out of reach/, /HTTPS_PROXY/],
  ["net/http: request canceled (Client.Timeout exceeded while awaiting headers)", /reach/, /PROXY/],
  ["proxyconnect tcp: dial tcp 10.0.0.1:3128: i/o timeout", /out of reach/, /HTTPS_PROXY/],
  ["write /var/lib/docker/tmp/x: no space left on device", /full/, /prune/],
  ["compose build requires buildx 0.17 or later", /buildx/, /docker-buildx/],
  ["compose build requires buildx 0.17.0 or later", /buildx/, /docker-buildx/],
  [
    "BuildKit is enabled but the buildx component is missing or broken.",
    /buildx|BuildKit/,
    /buildx/,
  ],
  ["the --mount option requires BuildKit. Refer to the docs", /BuildKit/, /DOCKER_BUILDKIT/],
  ["unknown flag: --progress", /Compose is too old/, /docker-compose-plugin/],
  ["docker: 'compose' is not a docker command.", /Compose is too old/, /docker-compose-plugin/],
  [
    "Error response from daemon: client version 1.41 is too old. Minimum supported API version is 1.44",
    /API version/,
    /up to date/,
  ],
  ["client version 1.52 is too new. Maximum supported API version is 1.41", /API version/, /unset/],
  [
    "no matching manifest for linux/arm64/v8 in the manifest list entries",
    /processor/,
    /made for several/,
  ],
  ["no match for platform in manifest: not found", /processor/, /made for several/],
  ["exec /bin/sh: exec format error", /processor/, /made for several/],
  [
    "failed to read dockerfile: open /home/jo/.cache/aftershock/builds/.context-1-abcdef/Dockerfile: permission denied",
    /snap/,
    /XDG_CACHE_HOME/,
  ],
  ["snap-confine has elevated permissions and is not confined", /snap/, /XDG_CACHE_HOME/],
  ["pull access denied for nobody/nothing, repository does not exist", /doesn't have/, /login/],
  ["manifest for debian:bullsaye not found: manifest unknown", /doesn't have/, /name/],
  [
    "E: The repository 'http://x bullseye Release' does not have a Release file.",
    /mirror/,
    /DEBIAN/,
  ],
  ["THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", /pinned/, /lock file/],
  ['process "/bin/sh -c x" did not complete successfully: exit code: 137', /memory/, /Close/],
  [
    "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?",
    /engine/,
    /doctor/,
  ],
  [
    "failed to connect to the docker API at unix:///x.sock: dial unix /x.sock: connect: connection refused",
    /engine can't be reached/,
    /doctor/,
  ],
];

test.each(told)("%s", (words, why, hint) => {
  const cause = causeOf(`#1 building\n${words}\n#2 done`);
  expect(cause?.why).toMatch(why);
  expect(cause?.hint).toMatch(hint);
});

test("a build that fails by itself names nothing of the machine", () => {
  expect(causeOf('#7 ERROR: process "/bin/sh -c patch -p1" exit code: 1\nHunk #1 FAILED')).toBe(
    undefined,
  );
});

test("of several, the one that says why comes before the one that many have", () => {
  expect(causeOf("connection reset\ntoomanyrequests: slow down\ntimed out")?.why).toMatch(/429/);
});
