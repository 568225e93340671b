/** A real engine behind TLS: a door that asks for a certificate, and leads to an engine's socket. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { execa } from "execa";
import type { Started } from "./started.ts";

/** Opens the door before the engine at `socket`. Closed with the result. */
export async function behindTls(socket: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), "tls-"));
  await makeCertificates(folder);
  const read = (name: string) => readFileSync(join(folder, name));
  const settings = { ca: read("ca.pem"), cert: read("server.pem"), key: read("server.key") };
  const server = createServer({ ...settings, requestCert: true, allowHalfOpen: true }, (from) => {
    const to = connect({ path: socket, allowHalfOpen: true });
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((open) => server.listen(0, "127.0.0.1", open));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      DOCKER_HOST: `tcp://127.0.0.1:${port}`,
      DOCKER_TLS_VERIFY: "1",
      DOCKER_CERT_PATH: folder,
    },
    async [Symbol.asyncDispose]() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A CA, and signed by it a server's certificate and a client's. */
async function makeCertificates(cwd: string): Promise<void> {
  const openssl = (...args: string[]) => execa("openssl", args, { cwd });
  const fresh = ["-newkey", "rsa:2048", "-nodes"];
  const authority = ["-subj", "/CN=test", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"];
  await openssl("req", "-x509", ...fresh, ...authority);
  for (const [name, key] of [
    ["server", "server.key"],
    ["cert", "key.pem"],
  ] as const) {
    const more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", `${name}.csr`];
    await openssl("req", ...fresh, "-subj", `/CN=${name}`, ...more);
    const signed = [
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-copy_extensions",
      "copy",
    ];
    await openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...signed,
      "-days",
      "2",
      "-out",
      `${name}.pem`,
    );
  }
}
