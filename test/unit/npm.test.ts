import { expect, it } from "vitest";
// @ts-expect-error plain JavaScript, for a Node that is too old for anything else
import { npmFailure, npmSettings } from "../../harness/npm.js";

it.each([
  ["npm error code ECONNREFUSED\nnpm error syscall connect", "refuses connections"],
  ["npm ERR! code ETIMEDOUT", "does not answer"],
  ["npm error code ERR_SOCKET_TIMEOUT", "does not answer"],
  ["npm error code EAI_AGAIN\nnpm error request to failed", "is not known here"],
  ["npm error code SELF_SIGNED_CERT_IN_CHAIN", "NODE_EXTRA_CA_CERTS"],
  ["npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "NODE_EXTRA_CA_CERTS"],
  ["npm error code E407\nnpm error 407 Proxy Authentication Required", "name and a password"],
  ["npm error code ENOSPC\nnpm error nospc no space left on device", "disk is full"],
  ["npm error code EACCES\nnpm error syscall mkdir", "your own"],
  ["npm error code E401", "wants a login"],
])("says what %j means", (said, told) => {
  expect(npmFailure({ failed: "it ended with 1", said })).toContain(told);
});

it("tells the end of what npm said where the cause is none that is known", () => {
  const said = Array.from({ length: 40 }, (_, i) => `line ${i}`).join("\n");
  const told = npmFailure({ failed: "it ended with 1", said }) as string;
  expect(told).toContain("it ended with 1");
  expect(told).toContain("line 39");
  expect(told.split("\n")).toHaveLength(16);
});

it("bounds npm's waits, unless the user chose them, and hands on the CA of the network", () => {
  expect(npmSettings({})).toMatchObject({ npm_config_fetch_timeout: "60000" });
  expect(npmSettings({ npm_config_fetch_timeout: "1" })).not.toHaveProperty(
    "npm_config_fetch_timeout",
  );
  expect(npmSettings({ SSL_CERT_FILE: "/ca" })).toHaveProperty("NODE_EXTRA_CA_CERTS", "/ca");
});
