import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { client } from "../../../harness/engine/connect.ts";
import type { EnvironmentError } from "../../../harness/errors.ts";

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

it("says it with the user, port and socket that were named, fit for a shell", () => {
  const hint = (host: string) => {
    try {
      client({ host, origin: "DOCKER_HOST", chosen: true });
    } catch (error) {
      return (error as EnvironmentError).hint;
    }
    return undefined;
  };
  expect(hint("ssh://ann@far:2222/run/x.sock")).toMatch(
    /ssh -nNT -L "\$HOME"\/aftershock\.sock:\/run\/x\.sock .*-p 2222 -f ann@far$/m,
  );
  expect(hint("ssh://far/a%20b%27%3Brm")).toMatch(/:'\/a b'\\'';rm' .*-f far$/m);
  expect(hint("fd://3")).toBe("An engine is named as unix:///PATH or tcp://HOST:PORT.");
});

it("takes a socket's path as it stands, where it is there", () => {
  const folder = mkdtempSync(join(tmpdir(), "a%20b#c-"));
  const path = join(folder, "docker.sock");
  writeFileSync(path, "");
  const { modem } = client({ host: `unix://${path}`, origin: "DOCKER_HOST", chosen: true });
  expect(modem).toMatchObject({ socketPath: path });
  rmSync(folder, { recursive: true });
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
