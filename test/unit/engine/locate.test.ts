import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { address, candidates } from "../../../harness/engine/locate.ts";
import { silent } from "../../../harness/progress.ts";
import { findSystemEngine } from "../../../harness/engine/system.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "locate-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function writeContext(name: string, host: string, tls = false): void {
  const digest = createHash("sha256").update(name).digest("hex");
  const meta = join(home, ".docker/contexts/meta", digest);
  mkdirSync(meta, { recursive: true });
  writeFileSync(
    join(meta, "meta.json"),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  );
  if (tls) mkdirSync(join(home, ".docker/contexts/tls", digest, "docker"), { recursive: true });
}

function choose(name: string): void {
  mkdirSync(join(home, ".docker"), { recursive: true });
  writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ currentContext: name }));
}

it("takes DOCKER_HOST alone, whatever else there is", () => {
  writeContext("other", "tcp://other:2375");
  choose("other");
  const found = candidates({ HOME: home, DOCKER_HOST: "tcp://here:2375" });
  expect(found).toEqual([{ host: "tcp://here:2375", origin: "DOCKER_HOST", chosen: true }]);
});

it("takes the certificates of DOCKER_CERT_PATH only where TLS is asked for", () => {
  const env = { HOME: home, DOCKER_HOST: "tcp://here:2376", DOCKER_CERT_PATH: "/certs" };
  expect(candidates(env)[0]).not.toHaveProperty("certificates");
  expect(candidates({ ...env, DOCKER_TLS_VERIFY: "1" })[0]).toHaveProperty(
    "certificates",
    "/certs",
  );
});

it("reads the current context, its TLS folder too", () => {
  writeContext("lab", "tcp://lab:2376", true);
  choose("lab");
  const [endpoint, ...others] = candidates({ HOME: home });
  expect(endpoint).toMatchObject({
    host: "tcp://lab:2376",
    origin: "the docker context lab",
    chosen: true,
  });
  expect(endpoint?.certificates).toContain("contexts/tls");
  expect(others).toEqual([]);
});

it("lets DOCKER_CONTEXT outrank the configuration", () => {
  writeContext("lab", "tcp://lab:2376");
  choose("absent");
  expect(candidates({ HOME: home, DOCKER_CONTEXT: "lab" })[0]?.host).toBe("tcp://lab:2376");
});

it.each([
  ["localhost:2375", "tcp://localhost:2375"],
  [":2375", "tcp://localhost:2375"],
  ["far", "tcp://far"],
  ["[::1]:2375", "tcp://[::1]:2375"],
  ["tcp://far:2375", "tcp://far:2375"],
  ["tcp://", "tcp://localhost"],
  ["unix:///x", "unix:///x"],
  ["unix://", "unix:///var/run/docker.sock"],
  ["unix:/x", "unix:///x"],
  ["/x", "unix:///x"],
  ["npipe:////./pipe/docker_engine", "npipe:////./pipe/docker_engine"],
  ["ssh://me@far", "ssh://me@far"],
])("reads %s as the docker command does", (named, host) => {
  expect(address(named)).toBe(host);
});

it.each(["", "{", "[1]", "null", '{"currentContext":7}'])(
  "warns of a config.json that says %j, and goes on",
  (text) => {
    choose("default");
    writeFileSync(join(home, ".docker/config.json"), text);
    const notes: string[] = [];
    const progress = { ...silent, note: (line: string) => void notes.push(line) };
    expect(candidates({ HOME: home }, { usual: [], progress })).toEqual([]);
    const broken = text === "" || text === "{";
    expect(notes).toEqual(broken ? [expect.stringMatching(/it is not JSON/)] : []);
  },
);

it("looks for a rootless engine where there is neither a home nor XDG_RUNTIME_DIR", () => {
  expect(() => candidates({})).not.toThrow();
});

it("refuses a context that is not there", () => {
  choose("absent");
  expect(() => candidates({ HOME: home })).toThrow(/no docker context "absent"/);
});

it("tries the sockets that exist where nothing was chosen", () => {
  choose("default");
  const socket = join(home, "docker.sock");
  writeFileSync(socket, "");
  const found = candidates({ HOME: home }, { usual: [join(home, "none.sock"), socket] });
  expect(found.map(({ host, chosen }) => [host, chosen])).toEqual([[`unix://${socket}`, false]]);
});

it("never leaves an engine that was named for another one", async () => {
  const env = { HOME: home, DOCKER_HOST: `unix://${home}/none.sock` };
  await expect(findSystemEngine(env)).rejects.toMatchObject({
    code: "ENGINE_UNREACHABLE",
    exitCode: 69,
  });
});
