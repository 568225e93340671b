import { afterEach, expect, it, vi } from "vitest";
import { client } from "../../../harness/engine/connect.ts";

afterEach(() => vi.unstubAllEnvs());

it("says how to reach an engine behind ssh", () => {
  const endpoint = { host: "ssh://me@far", origin: "DOCKER_HOST", chosen: true };
  expect(() => client(endpoint)).toThrow(
    expect.objectContaining({
      code: "ENGINE_UNREACHABLE",
      hint: expect.stringContaining("ssh -nNT -L"),
    }),
  );
});

it.each([
  ["unix:///run/my%20docker.sock", { socketPath: "/run/my docker.sock" }],
  ["tcp://far:2375", { host: "far", port: 2375, protocol: "http" }],
  ["tcp://[::1]", { host: "::1", port: 2375, protocol: "http" }],
  ["https://far", { host: "far", port: 2376, protocol: "https" }],
])("makes a client for %s", (host, options) => {
  expect(client({ host, origin: "DOCKER_HOST", chosen: true }).modem).toMatchObject(options);
});

it("asks the engine it was made for, whatever DOCKER_HOST says", () => {
  vi.stubEnv("DOCKER_HOST", "tcp://elsewhere:2375");
  const { modem } = client({
    host: "unix:///run/docker.sock",
    origin: "the socket",
    chosen: false,
  });
  expect(modem).toMatchObject({ host: undefined, socketPath: "/run/docker.sock" });
  expect(process.env["DOCKER_HOST"]).toBe("tcp://elsewhere:2375");
});

it("does not look for the certificates of another engine", () => {
  vi.stubEnv("DOCKER_HOST", "tcp://elsewhere:2376");
  vi.stubEnv("DOCKER_CERT_PATH", "/nowhere");
  const { modem } = client({ host: "tcp://here:2375", origin: "DOCKER_HOST", chosen: true });
  expect(modem).toMatchObject({ host: "here", protocol: "http", ca: undefined });
});
