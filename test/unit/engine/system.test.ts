import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findSystemEngine } from "../../../harness/engine/system.ts";
import { silent } from "../../../harness/progress.ts";
import { always, engineThat, serve, serveRaw, serveTls } from "../../support/fake-engine.ts";

let home: string;
let notes: string[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "find-"));
  notes = [];
});
afterEach(() => rmSync(home, { recursive: true }));

const find = (env: NodeJS.ProcessEnv) =>
  findSystemEngine(
    { HOME: home, ...env },
    { progress: { ...silent, note: (line) => void notes.push(line) } },
  );

const refusal = (message: RegExp, hint = /./, code = "ENGINE_UNREACHABLE") =>
  expect.objectContaining({
    code,
    exitCode: 69,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });

describe("an engine that the user chose", () => {
  it("is used as it was named", async () => {
    await using engine = await serve(engineThat());
    const found = await find({ DOCKER_HOST: engine.host.replace("tcp://", "") });
    expect(found?.endpoint.host).toBe(engine.host);
    expect(found?.facts).toMatchObject({ version: "26.1.5", cgroup: 2, cpus: 2 });
  });

  it.each([
    ["a page of a web server", always(200, "<html>hello</html>", "text/html"), /no Docker Engine/],
    [
      "nothing found",
      always(404, "404 page not found", "text/plain"),
      /no Docker Engine \(HTTP 404/,
    ],
    ["other JSON", always(200, '{"status":"ok"}'), /no Docker Engine/],
    ["null", always(200, "null"), /no Docker Engine/],
    ["a proxy's refusal", always(403, '{"message":"who are you"}'), /refuses to answer: who are/],
    [
      "a pause",
      always(503, '{"message":"Docker Desktop is manually paused."}'),
      /it is paused: Docker Desktop is manually paused/,
    ],
    [
      "a port with TLS",
      always(400, "Client sent an HTTP request to an HTTPS server.\n", "text/plain"),
      /it speaks TLS, and was asked without/,
    ],
  ])("is refused for %s", async (_what, answer, sentence) => {
    await using engine = await serve(answer);
    await expect(find({ DOCKER_HOST: engine.host })).rejects.toEqual(refusal(sentence));
  });

  it.each([
    ["hangs up", (socket: { destroy(): void }) => socket.destroy(), /closes the connection/],
    [
      "speaks something else",
      (socket: { end(text: string): void }) => socket.end("SSH-2.0-x\r\n"),
      /no plain HTTP/,
    ],
  ])("is refused where it %s", async (_what, act, sentence) => {
    await using engine = await serveRaw(act);
    await expect(find({ DOCKER_HOST: engine.host })).rejects.toEqual(refusal(sentence));
  });

  it("is refused where nothing listens, in that very sentence", async () => {
    const engine = await serve(engineThat());
    await engine[Symbol.asyncDispose]();
    await expect(find({ DOCKER_HOST: engine.host })).rejects.toEqual(
      refusal(/is refused: nothing listens/),
    );
    const stale = join(home, "stale.sock");
    const gone = await serve(engineThat(), join(home, "first.sock"));
    renameSync(join(home, "first.sock"), stale);
    await gone[Symbol.asyncDispose]();
    await expect(find({ DOCKER_HOST: stale })).rejects.toEqual(
      refusal(/nothing listens on that socket/),
    );
    await expect(find({ DOCKER_HOST: join(home, "none") })).rejects.toEqual(
      refusal(/no such socket/),
    );
    writeFileSync(join(home, "file"), "");
    await expect(find({ DOCKER_HOST: join(home, "file") })).rejects.toEqual(
      refusal(/ENOTSOCK|no socket|nothing listens/),
    );
    await expect(find({ DOCKER_HOST: "tcp://no-such-host.invalid:1" })).rejects.toEqual(
      refusal(/host name is not known/),
    );
    await expect(find({ DOCKER_HOST: "tcp://a b:1" })).rejects.toEqual(refusal(/is no address/));
  });

  it("is waited for while it wakes up, and that is said", async () => {
    let asked = 0;
    const awake = engineThat();
    const asleep = always(503, '{"message":"starting"}');
    await using engine = await serve((request, answer) =>
      ((asked += 1) <= 4 ? asleep : awake)(request, answer),
    );
    expect(await find({ DOCKER_HOST: engine.host })).toBeDefined();
    expect(notes).toEqual([expect.stringMatching(/an error: starting Waiting for at most 60 s/)]);
  });

  it("is not waited for by a user who has had enough", async () => {
    await using engine = await serveRaw(() => undefined);
    const ending = new AbortController();
    const found = findSystemEngine(
      { HOME: home, DOCKER_HOST: engine.host },
      { progress: silent, signal: ending.signal },
    );
    ending.abort(new Error("interrupted"));
    await expect(found).rejects.toThrow("interrupted");
  });

  it.each([
    [
      "Podman",
      {
        says: {
          Version: "5.4.2",
          ApiVersion: "1.41",
          Components: [{ Name: "Podman Engine", Version: "5.4.2" }],
        },
      },
      refusal(
        /Podman 5\.4\.2, not a Docker Engine/,
        /Docker Engine is needed/,
        "ENGINE_UNSUITABLE",
      ),
    ],
    [
      "no limit of memory",
      { has: { MemoryLimit: false } },
      refusal(/cannot limit memory/, /cgroup_enable=memory/, "ENGINE_NO_LIMITS"),
    ],
    [
      "a rootless engine without limits",
      { has: { PidsLimit: false, CpuCfsQuota: false, SecurityOptions: ["name=rootless"] } },
      refusal(/processes \(pids\) or processors/, /rootless/, "ENGINE_NO_LIMITS"),
    ],
    ["an old one", { says: { ApiVersion: "1.40" } }, refusal(/20\.10/, /./, "ENGINE_TOO_OLD")],
    [
      "Windows",
      { has: { OSType: "windows" } },
      refusal(/Windows containers/, /./, "ENGINE_UNSUITABLE"),
    ],
  ])("is refused by name: %s", async (_what, odd, error) => {
    await using engine = await serve(engineThat(odd));
    await expect(find({ DOCKER_HOST: engine.host })).rejects.toEqual(error);
  });

  it("may be an Engine 29, that speaks no interface below 1.44", async () => {
    const modern = engineThat({
      says: { Version: "29.1.3", ApiVersion: "1.52", MinAPIVersion: "1.44" },
    });
    await using engine = await serve((request, answer) => {
      const old = /^\/v1\.([0-3]\d|4[0-3])\//.test(request.url ?? "");
      (old ? always(400, '{"message":"client version is too old"}') : modern)(request, answer);
    });
    expect((await find({ DOCKER_HOST: engine.host }))?.facts.version).toBe("29.1.3");
  });
});

describe("certificates", () => {
  let pem: string;
  beforeAll(async () => {
    pem = mkdtempSync(join(tmpdir(), "pem-"));
    for (const name of ["127.0.0.1", "other"]) {
      const kind = name === "other" ? "DNS" : "IP";
      const make = `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=${kind}:${name} -keyout ${name}.key -out ${name}.crt`;
      await execa(make, { cwd: pem, shell: true });
    }
    return () => rmSync(pem, { recursive: true });
  });
  const of = (name: string) => ({
    key: readFileSync(join(pem, `${name}.key`)),
    cert: readFileSync(join(pem, `${name}.crt`)),
  });
  /** A folder as DOCKER_CERT_PATH names one. */
  const folder = (ca: string, own?: string): string => {
    const path = join(home, "pem");
    mkdirSync(path);
    writeFileSync(join(path, "ca.pem"), of(ca).cert);
    if (own) {
      writeFileSync(join(path, "cert.pem"), of(own).cert);
      writeFileSync(join(path, "key.pem"), of(own).key);
    }
    return path;
  };
  const tls = (host: string, path: string) => ({
    DOCKER_HOST: host,
    DOCKER_TLS_VERIFY: "1",
    DOCKER_CERT_PATH: path,
  });

  it("that fit are used", async () => {
    await using engine = await serveTls(engineThat(), { ...of("127.0.0.1"), ca: of("other").cert });
    expect(await find(tls(engine.host, folder("127.0.0.1", "other")))).toBeDefined();
  });

  it("signed by another CA are named", async () => {
    await using engine = await serveTls(engineThat(), of("127.0.0.1"));
    await expect(find(tls(engine.host, folder("other")))).rejects.toEqual(
      refusal(/a CA that is not known/),
    );
  });

  it("for another name are named", async () => {
    await using engine = await serveTls(engineThat(), of("other"));
    await expect(find(tls(engine.host, folder("other")))).rejects.toEqual(
      refusal(/for another name/),
    );
  });

  it("that the engine wants and gets none of are named", async () => {
    await using engine = await serveTls(engineThat(), { ...of("127.0.0.1"), ca: of("other").cert });
    await expect(find(tls(engine.host, folder("127.0.0.1")))).rejects.toEqual(
      refusal(/does not accept this machine's certificate|closes the connection/, /key\.pem/),
    );
  });

  it("that are not there are asked for, and a plain port is told from one with TLS", async () => {
    await using plain = await serve(engineThat());
    await using secret = await serveTls(engineThat(), of("127.0.0.1"));
    await expect(find(tls(plain.host, join(home, "none")))).rejects.toEqual(
      refusal(/no ca\.pem, cert\.pem or key\.pem/),
    );
    await expect(find(tls(plain.host, folder("other")))).rejects.toEqual(
      refusal(/does not speak TLS/, /unset DOCKER_TLS_VERIFY/),
    );
    await expect(find({ DOCKER_HOST: secret.host })).rejects.toEqual(
      refusal(/TLS|closes the connection/),
    );
  });

  it("that are damaged are named", async () => {
    await using engine = await serveTls(engineThat(), of("127.0.0.1"));
    const path = folder("127.0.0.1", "other");
    writeFileSync(join(path, "key.pem"), "nonsense");
    await expect(find(tls(engine.host, path))).rejects.toEqual(
      refusal(/cannot be used|cannot be read/),
    );
  });

  it("left over beside a socket are no matter", async () => {
    await using engine = await serve(engineThat(), join(home, "docker.sock"));
    const found = await find(tls(engine.host, "/nowhere"));
    expect(found?.endpoint).not.toHaveProperty("certificates");
  });
});

// /var/run/docker.sock is this machine's own, and would be found first.
describe.skipIf(existsSync("/var/run/docker.sock"))("of the usual sockets", () => {
  const socket = (): string => {
    mkdirSync(join(home, ".docker/run"), { recursive: true });
    return join(home, ".docker/run/docker.sock");
  };
  const second = (): { XDG_RUNTIME_DIR: string } => ({ XDG_RUNTIME_DIR: home });

  it("a silent one is passed over, and that is said", async () => {
    await using _mute = await serveRaw(() => undefined, socket());
    await using good = await serve(engineThat(), join(home, "docker.sock"));
    expect((await find(second()))?.endpoint.host).toBe(good.host);
    expect(notes).toEqual([expect.stringMatching(/^passed over the socket .*does not answer/)]);
  });

  it("an unsuitable one is the error only where none is better", async () => {
    await using _podman = await serve(
      engineThat({ says: { Components: [{ Name: "Podman Engine", Version: "5" }] } }),
      socket(),
    );
    await expect(find({})).rejects.toMatchObject({ code: "ENGINE_UNSUITABLE" });
    await using good = await serve(engineThat(), join(home, "docker.sock"));
    expect((await find(second()))?.endpoint.host).toBe(good.host);
  });

  it("a stale one leaves the way free for the embedded engine, and is said", async () => {
    const gone = await serve(engineThat(), join(home, "first.sock"));
    renameSync(join(home, "first.sock"), socket());
    await gone[Symbol.asyncDispose]();
    expect(await find({})).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining("nothing listens on that socket any more")]);
  });
});
