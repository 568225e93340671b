import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerComposeEnvironment, GenericContainer, Wait } from "testcontainers";
import { afterAll, expect, test } from "vitest";
import { acquireEngine } from "../../harness/engine/index.ts";
import { pointTestcontainersAt } from "../../harness/engine/probe.ts";
import { label, ownerLabel } from "../../harness/lifecycle/labels.ts";
import { silent } from "../../harness/progress.ts";
import { MiB, watch, type Seen } from "../../harness/testcontainers/index.ts";
import "../../harness/vitest.ts";
import { until } from "../support/until.ts";

// As in somebody's own repository: testcontainers starts, and the lab only looks.
const engine = await acquireEngine({ progress: silent });
pointTestcontainersAt(engine);
process.env["PATH"] = engine.env["PATH"];
afterAll(() => engine[Symbol.asyncDispose]());

const image = "aftershock/base:bullseye";
/** What `clean` finds of a test that was killed. */
const labels = { [label.run]: `testcontainers-${process.pid}`, [label.owner]: ownerLabel() };

/** Keeps 2 MiB of each request, and starts a process that stays for each to /fork. */
const leaky = `
import http.server, subprocess
kept = []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/fork": kept.append(subprocess.Popen(["sleep", "60"]))
        elif self.path == "/keep": kept.append(b"x" * (2 << 20))
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("", 8000), Handler).serve_forever()`;

const started = () =>
  new GenericContainer(image)
    .withCommand(["python3", "-u", "-c", leaky])
    .withLabels(labels)
    .withResourcesQuota({ memory: 0.125 })
    .withWaitStrategy(Wait.forSuccessfulCommand("curl -sf http://localhost:8000/"))
    .start();
type Started = Awaited<ReturnType<typeof started>>;

async function get(container: Started, path: string): Promise<void> {
  const { exitCode } = await container.exec(["curl", "-sf", `http://localhost:8000${path}`]);
  expect(exitCode).toBe(0);
}

const message = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("It passed.");
};

test("what a container takes is judged: how high, how much more, how much a call, how many", async () => {
  await using container = await started();
  await using seen = await watch(container);
  await seen.caughtUp();
  expect(seen.memory("anon")).toStayBelow(100 * MiB);
  for (let i = 0; i < 8; i += 1) {
    await get(container, "/keep");
    seen.call();
  }
  await seen.caughtUp();
  expect(seen.memory("anon")).toRiseBy(15 * MiB);
  expect(seen.memory("anon")).toRiseBy({ atLeast: 15 * MiB, atMost: 40 * MiB });
  expect(seen.memory("anon")).not.toRiseBy(100 * MiB);
  expect(seen.memory("anon")).toGrowPerCall({ atLeast: 1.5 * MiB, atMost: 3 * MiB });
  expect(seen.memory("current")).not.toStayBelow(16 * MiB);
  expect(seen).not.toHaveBeenKilled();
  expect(message(() => expect(seen.memory("anon")).toStayBelow(10 * MiB))).toMatch(
    /^anonymous memory of \S+: measured \d\d\.\d MiB after \d+\.\d s, and should stay below 10 MiB \(\d+ samples in \d+\.\d s, cgroup-v\d\)$/,
  );
  expect(message(() => expect(seen.memory("anon")).not.toGrowPerCall(MiB))).toMatch(
    /measured \S+ MiB\/call over \d+\.\d s, and should not grow by at least 1 MiB\/call/,
  );

  seen.mark();
  await seen.caughtUp();
  expect(seen.processes()).toStayBelow(4);
  for (let i = 0; i < 3; i += 1) await get(container, "/fork");
  await seen.caughtUp();
  expect(message(() => expect(seen.processes()).toStayBelow(4))).toMatch(
    /^processes of \S+: measured [4-9] after .* should stay below 4 /,
  );

  const { exitCode } = await container.exec(["python3", "-c", "len(b'x' * (256 << 20))"]);
  expect(exitCode).toBe(137);
  await seen.caughtUp();
  expect(seen).toHaveBeenKilled();
  expect(message(() => expect(seen).not.toHaveBeenKilled())).toMatch(
    /has killed (once|\d times) in /,
  );

  await container.stop();
  await gone(seen);
});

/** Nothing holds of it, and nothing fails to: both are the same error. */
async function gone(seen: Seen): Promise<void> {
  await seen.caughtUp();
  const asked = [
    () => expect(seen.memory("anon")).toStayBelow(100 * MiB),
    () => expect(seen.memory("anon")).not.toStayBelow(1),
    () => expect(seen.memory("anon")).not.toRiseBy(MiB),
    () => expect(seen.processes()).toStayBelow(100),
  ];
  for (const act of asked)
    expect(message(act)).toMatch(/ ended with exit code \d+ after \d+\.\d s/);
}

test("a container that is killed has been killed, and one that ends by itself is no pass", async () => {
  const wait = "import os, time\nwhile not os.path.exists('/tmp/go'): time.sleep(0.05)\n";
  const once = (script: string) =>
    new GenericContainer(image)
      .withCommand(["python3", "-c", `${wait}${script}`])
      .withLabels(labels)
      .withResourcesQuota({ memory: 0.0625 })
      .start();
  const watched = async (container: Awaited<ReturnType<typeof once>>) => {
    const seen = await watch(container.getId().slice(0, 12));
    await container.exec(["touch", "/tmp/go"]).catch(() => {}); // it may end first
    await until("its end", () => ended(container.getId()));
    await seen.caughtUp();
    return seen;
  };
  await using taking = await once("len(b'x' * (256 << 20))");
  await using ending = await once("exit(3)");
  const [killed, over] = await Promise.all([watched(taking), watched(ending)]);
  expect(killed).toHaveBeenKilled();
  expect(message(() => expect(over).not.toHaveBeenKilled())).toContain("exit code 3");
  await Promise.all([killed.stop(), over.stop()]);
  await expect(watch(ending)).rejects.toMatchObject({ code: "CONTAINER_NOT_RUNNING" });
});

const ended = async (id: string) => !(await engine.docker.getContainer(id).inspect()).State.Running;

test("what is no container is told, and where one was looked for", async () => {
  await expect(watch("no-such-container")).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
  await expect(watch({} as never)).rejects.toMatchObject({ code: "NOTHING_TO_WATCH" });
});

test("a compose environment is watched by the names that testcontainers has", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
  const box = { image, command: ["sleep", "60"], init: true, mem_limit: "64m", labels };
  const compose = { services: { app: box, db: box }, networks: { default: { internal: true } } };
  writeFileSync(join(folder, "compose.yml"), JSON.stringify(compose));
  try {
    const environment = await new DockerComposeEnvironment(folder, "compose.yml").up();
    try {
      await using seen = await watch(environment);
      await seen.caughtUp();
      expect(seen.containers).toEqual(["app-1", "db-1"]);
      expect(seen.processes("app-1")).toStayBelow(3);
      expect(seen).not.toHaveBeenKilled();
      expect(() => seen.processes().highest({ atMost: 3 })).toThrow("there are app-1, db-1");
      expect(() => expect(seen.processes("web-1")).toStayBelow(3)).toThrow('No "web-1" is watched');
    } finally {
      await environment.down({ timeout: 1 });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
