import { expect, it } from "vitest";
import { closedEnvironment, engineEnvironment } from "../../../harness/engine/environment.ts";

const caller = {
  PATH: "/bin",
  HOME: "/home/ann",
  XDG_CACHE_HOME: "/cache",
  https_proxy: "http://proxy:1",
  HTTPS_PROXY: "http://proxy:1",
  NO_PROXY: "",
  SSL_CERT_FILE: "/ca.pem",
};

it("hands on by name what programs need, and nothing else", () => {
  const strangers = Object.fromEntries(
    ["NAMES", "SIMULATION", "COMPOSE_FILE", "DOCKER_DEFAULT_PLATFORM", "DOCKER_CONTEXT"].map(
      (name) => [name, "1"],
    ),
  );
  const closed = closedEnvironment(caller, "linux");
  expect(closedEnvironment({ ...caller, ...strangers }, "linux")).toEqual(closed);
  const { NO_PROXY: _, ...handedOn } = caller;
  expect(closed).toEqual({
    ...handedOn,
    LC_ALL: "C.UTF-8",
    BUILDX_BUILDER: "default",
    DOCKER_BUILDKIT: "1",
  });
});

it("says itself how images are built, whatever the caller's shell says", () => {
  const env = closedEnvironment({ BUILDX_BUILDER: "mine", DOCKER_BUILDKIT: "0", LC_ALL: "tr_TR" });
  expect(env).toMatchObject({ BUILDX_BUILDER: "default", DOCKER_BUILDKIT: "1", LC_ALL: "C.UTF-8" });
});

it("has a PATH and a HOME where the caller has none", () => {
  const env = closedEnvironment({});
  expect(env["PATH"]).toMatch(/\/usr\/bin/);
  expect(env["HOME"]).toMatch(/^\//);
});

it("keeps what Windows programs can't do without, in whichever case, there only", () => {
  const windows = { SystemRoot: "C:\\Windows", Path: "C:\\bin", NAMES: "lower" };
  expect(closedEnvironment(windows, "win32")).toMatchObject({ SystemRoot: "C:\\Windows" });
  expect(closedEnvironment(windows, "win32")).not.toHaveProperty("NAMES");
  expect(closedEnvironment(windows, "linux")).not.toHaveProperty("SystemRoot");
});

it("asks an engine by tcp without the proxy, as the lab itself does", () => {
  const endpoint = { host: "tcp://[fd00::5]:2375", origin: "a test", chosen: true };
  const set = { HTTP_PROXY: "http://proxy:1", NO_PROXY: "corp" };
  expect(engineEnvironment(endpoint, set)).toMatchObject({
    NO_PROXY: "corp,fd00::5",
    no_proxy: "fd00::5",
  });
  const far = { ...endpoint, host: "tcp://10.0.0.5:2375" };
  expect(engineEnvironment(far, set)["no_proxy"]).toBe("10.0.0.5");
  expect(engineEnvironment(far, {})).not.toHaveProperty("NO_PROXY");
  const local = { ...endpoint, host: "unix:///run/docker.sock" };
  expect(engineEnvironment(local, set)["NO_PROXY"]).toBe("corp");
});

it("names one engine: certificates only where the endpoint has them", () => {
  const inherited = { DOCKER_HOST: "tcp://other", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/x" };
  const endpoint = { host: "unix:///run/docker.sock", origin: "a test", chosen: true };
  const plain = engineEnvironment(endpoint, inherited);
  expect(plain["DOCKER_HOST"]).toBe("unix:///run/docker.sock");
  expect(plain).not.toHaveProperty("DOCKER_TLS_VERIFY");
  expect(plain).not.toHaveProperty("DOCKER_CERT_PATH");
  expect(engineEnvironment({ ...endpoint, certificates: "/certs" }, {})).toMatchObject({
    DOCKER_TLS_VERIFY: "1",
    DOCKER_CERT_PATH: "/certs",
  });
});
