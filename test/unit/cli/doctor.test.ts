import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Finding } from "../../../harness/cli/doctor/finding.ts";
import { processor } from "../../../harness/cli/doctor/machine.ts";
import { lines } from "../../../harness/cli/doctor/print.ts";
import { always, engineThat, serve, serveRaw, type Fake } from "../../support/fake-engine.ts";
import { verb } from "../../support/verb.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "doctor-"));
  const unset = ["DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "AFTERSHOCK_ENGINE", "XDG_RUNTIME_DIR"];
  for (const name of [...unset, "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])
    vi.stubEnv(name, undefined);
  for (const name of ["http_proxy", "https_proxy", "no_proxy"])
    for (const one of [name, name.toUpperCase()]) vi.stubEnv(one, undefined);
  vi.stubEnv("HOME", home);
  vi.stubEnv("AFTERSHOCK_DEBIAN_MIRROR", "http://127.0.0.1:9/debian"); // nobody is asked
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

/** What doctor finds with this engine, by what it looked at. */
async function examined(engine?: Fake | string) {
  if (engine) vi.stubEnv("DOCKER_HOST", typeof engine === "string" ? engine : engine.host);
  const { stdout, exitCode } = await verb("doctor", "--json");
  const told = JSON.parse(stdout) as { exitCode: number; findings: readonly Finding[] };
  expect(told.exitCode).toBe(exitCode);
  const find = (what: string) => told.findings.filter((finding) => finding.what === what);
  return { exitCode, find, findings: told.findings };
}

describe("an engine that a run would take", () => {
  test("is described: how it was found, where it runs, and what it is", async () => {
    await using engine = await serve(engineThat());
    const { find, exitCode } = await examined(engine);
    expect(exitCode).toBe(0);
    expect(find("engine")[0]).toMatchObject({
      state: "ok",
      told: "system 26.1.5, API 1.45, cgroup v2, x86_64, Linux 6.1.0",
    });
    expect(find("found by")[0]?.told).toBe(`DOCKER_HOST, which names ${engine.host}`);
    expect(find("runs")[0]?.told).toMatch(/virtual machine, or on another machine/);
    expect(find("base images")[0]?.told).toMatch(/not there yet: the first run makes them/);
    expect(find("leftovers")[0]).toMatchObject({ state: "ok" });
  });

  test("may be one of 29, and needs no fetching to be looked at", async () => {
    const modern = engineThat({ says: { Version: "29.1.3", ApiVersion: "1.52" } });
    await using engine = await serve((request, answer) => {
      const old = /^\/v1\.([0-3]\d|4[0-3])\//.test(request.url ?? "");
      (old ? always(400, '{"message":"client version is too old"}') : modern)(request, answer);
    });
    expect((await examined(engine)).find("engine")[0]?.told).toContain("29.1.3, API 1.52");
  });

  test("that is too small for some incidents says which, and refuses where it is for all", async () => {
    await using small = await serve(engineThat({ has: { MemTotal: 2 * 2 ** 30 } }));
    const some = await examined(small);
    expect(some.exitCode).toBe(0);
    expect(some.find("memory")).toContainEqual(
      expect.objectContaining({
        state: "note",
        told: expect.stringMatching(/^boto-close, arm broken, needs 3\.0 GiB/),
      }),
    );
    await using tiny = await serve(engineThat({ has: { MemTotal: 2 ** 29 } }));
    const all = await examined(tiny);
    expect(all.find("machine")[0]).toMatchObject({ state: "fail", code: "MEMORY_SHORT" });
    expect(all.exitCode).toBe(69);
  });

  test("may have a slow processor, which is told with what comes of it; any other is not", () => {
    expect(processor(1)).toEqual([]);
    expect(processor(6.65)).toEqual([
      expect.objectContaining({
        state: "note",
        told: expect.stringMatching(/^it takes 5\.0 times/),
      }),
    ]);
  });
});

describe("what a run refuses, doctor refuses in the same words and with the same code", () => {
  const both = async (engine: string | undefined) => {
    const doctor = await examined(engine);
    const run = await verb("run", "boto-close", "--out", join(home, "runs"));
    const refused = doctor.findings.filter(({ state }) => state === "fail");
    const words = refused.map(({ told, hint }) => `aftershock: ${told}\n${hint}`);
    return {
      doctor: { words: words.join("\n"), exitCode: doctor.exitCode },
      run: { words: run.stderr.trim(), exitCode: run.exitCode },
    };
  };

  test.each([
    ["Podman", { says: { Components: [{ Name: "Podman Engine", Version: "5.4.2" }] } }],
    ["an old one", { says: { ApiVersion: "1.40" } }],
    ["one without limits", { has: { MemoryLimit: false } }],
  ])("%s", async (_what, odd) => {
    await using engine = await serve(engineThat(odd));
    const { doctor, run } = await both(engine.host);
    expect(doctor).toEqual({ ...run, exitCode: 69 });
  });

  test.each([
    ["nothing that listens", "unix:///nowhere/none.sock"],
    ["ssh, with what to type", "ssh://ann@far.example:2222"],
  ])("%s", async (_what, host) => {
    const { doctor, run } = await both(host);
    expect(doctor).toEqual({ ...run, exitCode: 69 });
  });

  test("a context that is not there", async () => {
    vi.stubEnv("DOCKER_CONTEXT", "gone");
    vi.stubEnv("DOCKER_HOST", undefined);
    const { doctor, run } = await both(undefined);
    expect(doctor).toEqual({ ...run, exitCode: 69 });
  });

  test("an engine of a kind that is none", async () => {
    vi.stubEnv("AFTERSHOCK_ENGINE", "podman");
    const { exitCode, find } = await examined();
    expect(exitCode).toBe(64);
    expect(find("engine")[0]).toMatchObject({ code: "UNKNOWN_ENGINE" });
  });
});

test("an engine that is silent is not waited for as a run does", async () => {
  await using engine = await serveRaw(() => undefined);
  const began = performance.now();
  const { exitCode, find } = await examined(engine);
  expect(find("engine")[0]?.told).toMatch(/does not answer, though something is there/);
  expect(exitCode).toBe(69);
  expect(performance.now() - began).toBeLessThan(20_000);
});

test("a config.json that can't be read is a note", async () => {
  mkdirSync(join(home, ".docker"));
  writeFileSync(join(home, ".docker/config.json"), "{");
  vi.stubEnv("DOCKER_HOST", undefined);
  vi.stubEnv("AFTERSHOCK_ENGINE", "system");
  vi.stubEnv("DOCKER_CONFIG", join(home, ".docker"));
  const { find } = await examined();
  expect(find("docker settings")[0]).toMatchObject({ state: "note" });
});

test("proxies are told without their passwords, and what is odd about them", async () => {
  vi.stubEnv("HTTPS_PROXY", "http://ann:secret@127.0.0.1:3128");
  vi.stubEnv("https_proxy", "http://ann:secret@proxy.example:3128");
  vi.stubEnv("SSL_CERT_FILE", join(home, "none.pem"));
  await using engine = await serve(engineThat());
  const { find, findings } = await examined(engine);
  expect(JSON.stringify(findings)).not.toContain("secret");
  const told = find("proxies").map((finding) => finding.told);
  expect(told).toEqual([
    expect.stringContaining("HTTPS_PROXY=http://***@127.0.0.1:3128"),
    expect.stringContaining("https_proxy and HTTPS_PROXY differ"),
    expect.stringContaining("HTTPS_PROXY is this machine's loopback"),
  ]);
  expect(find("CA")[0]?.told).toMatch(/SSL_CERT_FILE names .*none\.pem, which is not there/);
});

test("a finding is no wider than the terminal, and a way out stands below it", () => {
  const told = "word ".repeat(40).trim();
  const shown = lines({ what: "engine", state: "fail", told, hint: "do this\n  and that" }, 80);
  for (const line of shown) expect(line.length).toBeLessThanOrEqual(80);
  expect(shown.slice(-2)).toEqual(["      do this", "        and that"]);
});
