import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { acquireEngine } from "../../harness/engine/index.ts";
import { findBootstrap } from "../../harness/images/bootstrap.ts";
import { ensureImages, prepare } from "../../harness/images/prepare.ts";
import { readLogs } from "../../harness/lifecycle/logs.ts";
import { silent } from "../../harness/progress.ts";
import { createContainer } from "../support/container.ts";

const engine = await acquireEngine({ progress: silent });
const mark = `images-test-${process.pid}`;
const MiB = 1024 ** 2;
let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "images-"));
});
afterEach(() => rmSync(top, { recursive: true }));
afterAll(async () => {
  const images = await engine.docker.listImages({ filters: { label: [`${mark}=1`] } });
  for (const { Id } of images) await engine.docker.getImage(Id).remove({ force: true });
  await engine[Symbol.asyncDispose]();
});

/** A clone of a tiny scenario, in a folder of its own. */
function clone(name: string, files: Record<string, string>, service = "app") {
  const folder = join(top, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const build = { context: folder, labels: { [mark]: "1" } };
  const services = { [service]: { image: `aftershock/${mark}-${service}:broken`, build } };
  return { folder, services, secrets: {} };
}

async function said(image: string, ...command: string[]): Promise<string> {
  const parts = { project: mark, service: "app", image, command, memory: 64 * MiB };
  await using box = await createContainer(engine, parts);
  await box.start();
  await box.container.wait();
  return (await readLogs(engine.docker, box.container.id)).trim();
}

const copies = "FROM aftershock/base:bullseye\nCOPY code.py /\n";

test("two clones with different code, at the same time on one engine: each gets its own", async () => {
  const one = clone("one", { Dockerfile: copies, "code.py": "print('one')" });
  const two = clone("two", { Dockerfile: copies, "code.py": "print('two')" });
  const [[first], [second]] = await Promise.all([
    ensureImages(engine, [one], silent),
    ensureImages(engine, [two], silent),
  ]);
  const ids = [first?.["app"]?.id ?? "", second?.["app"]?.id ?? ""];
  expect(await said(ids[0] ?? "", "python3", "/code.py")).toBe("one");
  expect(await said(ids[1] ?? "", "python3", "/code.py")).toBe("two");

  // Whoever came last has the friendly name; the other's image is found all the same.
  const steps: string[] = [];
  const progress = {
    ...silent,
    step: <T>(what: string, run: () => Promise<T>) => (steps.push(what), run()),
  };
  const again = await ensureImages(engine, [one, two], progress);
  expect(again.map(({ app }) => app?.id)).toEqual(ids);
  expect(steps).toEqual([]);
});

test("an image that can't be built costs only those who need it, and says why itself", async () => {
  const good = clone("good", { Dockerfile: copies, "code.py": "1" }, "good");
  const failing = "FROM aftershock/base:bullseye\nRUN echo the parts do not fit >&2; exit 3\n";
  const bad = clone("bad", { Dockerfile: failing }, "bad");
  const { images, ended } = await prepare(engine, [bad, good], silent);
  await expect(images[0]?.["bad"]).rejects.toMatchObject({
    code: "IMAGE_NOT_BUILT",
    exitCode: 69,
    message: expect.stringMatching(/-bad:broken could not be built\.\s.*the parts do not fit/s),
  });
  expect((await images[1]?.["good"])?.id).toMatch(/^sha256:/);
  await ended;
});

test("files of a clone that is closed to others can be read in the image", async () => {
  const files = {
    Dockerfile: "FROM aftershock/base:bullseye\nCOPY app /app/\nUSER 1000\n",
    "app/data": "closed",
    "app/run": "#!/bin/sh\ncat /app/link\n",
  };
  const closed = clone("closed", files);
  const { folder } = closed;
  chmodSync(join(folder, "app/data"), 0o600);
  chmodSync(join(folder, "app/run"), 0o700);
  chmodSync(join(folder, "app"), 0o700);
  symlinkSync("data", join(folder, "app/link"));
  const [images] = await ensureImages(engine, [closed], silent);
  expect(await said(images?.["app"]?.id ?? "", "/app/run")).toBe("closed");
});

test("a build that falls silent is ended, with a word on the way", async () => {
  const slow = clone("slow", { Dockerfile: "FROM aftershock/base:bullseye\nRUN sleep 600\n" });
  process.env["AFTERSHOCK_SETUP_MINUTES"] = "0.2"; // 12 s, 3 s of silence
  try {
    await expect(ensureImages(engine, [slow], silent)).rejects.toMatchObject({
      code: "IMAGE_NOT_BUILT",
      exitCode: 69,
      message: expect.stringMatching(/nothing was heard for 3 s/),
    });
  } finally {
    delete process.env["AFTERSHOCK_SETUP_MINUTES"];
  }
});

test("a service with an image only: what is here is taken, what isn't is pulled, or told", async () => {
  const services = {
    here: { image: "aftershock/base:bullseye" },
    gone: { image: "127.0.0.1:1/team/app:1" },
  };
  const { images, ended } = await prepare(engine, [{ folder: top, services, secrets: {} }], silent);
  expect((await images[0]?.["here"])?.id).toMatch(/^sha256:/);
  await expect(images[0]?.["gone"]).rejects.toMatchObject({
    code: "IMAGE_NOT_PULLED",
    exitCode: 69,
    message: expect.stringMatching(/a registry or a mirror is out of reach/),
  });
  await ended;
});

test("an image may stand on another service's, whatever its name stands for elsewhere", async () => {
  const below = clone("stack", { Dockerfile: copies, "code.py": "print('below')" });
  const inline = `FROM aftershock/${mark}-app:broken\nRUN echo above >/above\n`;
  const build = { context: below.folder, dockerfile_inline: inline, labels: { [mark]: "1" } };
  const top = { image: `aftershock/${mark}-top:1`, build };
  const both = { ...below, services: { top, ...below.services } };
  const [images] = await ensureImages(engine, [both], silent);
  expect(await said(images?.["top"]?.id ?? "", "sh", "-c", "python3 /code.py; cat /above")).toBe(
    "below\nabove",
  );
});

test("an image that acts on who stands on it sees all of that one's context", async () => {
  const acting = "FROM aftershock/base:bullseye\nONBUILD COPY . /all/\n";
  const below = clone("acting", { Dockerfile: acting, "code.py": "1" });
  const above = clone(
    "acted",
    { Dockerfile: `FROM aftershock/${mark}-app:broken\n`, note: "here" },
    "acted",
  );
  const both = { ...below, services: { ...above.services, ...below.services } };
  const [images] = await ensureImages(engine, [both], silent);
  expect(await said(images?.["acted"]?.id ?? "", "cat", "/all/note")).toBe("here");
});

test("what a Dockerfile only mentions is not pulled, also where it isn't fully understood", async () => {
  const text =
    "FROM 127.0.0.1:1/none:1 AS spare\nFROM aftershock/base:bullseye\nRUN <<E\ntrue\nE\n";
  const odd = clone("odd", { Dockerfile: text });
  const [images] = await ensureImages(engine, [odd], silent);
  expect(images?.["app"]?.id).toMatch(/^sha256:/);
});

test("a context may be another service's image", async () => {
  const below = clone("named", { Dockerfile: copies, "code.py": "print('below')" });
  const build = {
    context: below.folder,
    dockerfile_inline: "FROM aftershock/base:bullseye\nCOPY --from=below /code.py /above.py\n",
    additional_contexts: { below: "service:app" },
    labels: { [mark]: "1" },
  };
  const services = { named: { image: `aftershock/${mark}-named:1`, build }, ...below.services };
  const [images] = await ensureImages(engine, [{ ...below, services }], silent);
  expect(await said(images?.["named"]?.id ?? "", "python3", "/above.py")).toBe("below");
});

test("a mirror that takes connections and never answers is given up", async () => {
  const open: Socket[] = [];
  const mirror = createServer((socket) => void open.push(socket));
  await new Promise<void>((resolve) => mirror.listen(0, "127.0.0.1", resolve));
  const { port } = mirror.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/debian`;
  const env = { ...process.env, AFTERSHOCK_DEBIAN_MIRROR: url };
  process.env["AFTERSHOCK_SETUP_MINUTES"] = "0.2"; // 3 s of silence
  try {
    const bootstrap = await findBootstrap({ progress: silent, env });
    if (!bootstrap) return; // no way to make a Debian here: nothing to be given up
    const taken = async (tar: Readable) => void (await tar.toArray());
    await expect(bootstrap.run("bullseye", taken)).rejects.toMatchObject({
      code: "TOOK_TOO_LONG",
      exitCode: 69,
      message: expect.stringContaining(`Debian bullseye from ${url}`),
    });
  } finally {
    delete process.env["AFTERSHOCK_SETUP_MINUTES"];
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => mirror.close(resolve));
  }
});
