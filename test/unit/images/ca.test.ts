import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hostCaBundle } from "../../../harness/images/ca.ts";

let folder: string;
let env: NodeJS.ProcessEnv;
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ca-"));
  env = { XDG_CACHE_HOME: join(folder, "cache") };
});
afterEach(() => rmSync(folder, { recursive: true }));

it("takes SSL_CERT_FILE before all else", () => {
  const given = write("given.pem", "given");
  expect(hostCaBundle({ ...env, SSL_CERT_FILE: given }, [write("usual.pem", "usual")])).toBe(given);
});

it("takes the system's usual bundle", () => {
  const usual = write("usual.pem", "usual");
  expect(hostCaBundle({ ...env, SSL_CERT_FILE: "/none" }, ["/none", usual])).toBe(usual);
});

it("adds Node's extra certificates to the system's", () => {
  const usual = write("usual.pem", "usual\n");
  const path = hostCaBundle({ ...env, NODE_EXTRA_CA_CERTS: write("extra.pem", "extra") }, [usual]);
  expect(readFileSync(path, "utf8")).toBe("usual\nextra\n");
});

it("gives an empty file where there is nothing", () => {
  expect(readFileSync(hostCaBundle(env, []), "utf8")).toBe("");
});
