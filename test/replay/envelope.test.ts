import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBases } from "../../harness/images/bases.ts";
import { acquireEngine, type Engine } from "../../harness/engine/index.ts";
import { label, ownerLabel } from "../../harness/lifecycle/labels.ts";
import type { Verdict } from "../../harness/judge/verdict-types.ts";
import { silent } from "../../harness/progress.ts";
import type { Json, Row } from "../../harness/record/schema.ts";
import { replay } from "../../harness/replay/replay.ts";
import { loadScenario } from "../../harness/scenario/load.ts";

// The incident stays inside, shown by what containers come to that try to get out, or to take the
// machine: the envelope of our own scenarios, brought up as every arm is.

/** What curl ends with that found no way, or no answer. */
const nowhere = expect.toBeOneOf([7, 28]);
/** What a process ends with that the kernel killed. */
const killed = 137;
const serve = ["python3", "-m", "http.server", "8099", "--directory", "/usr/share/doc"];
/** Where the gateway of a network stands, wherever the engine takes addresses from. */
const pools = ["172.17.0.1", "172.18.0.1", "172.19.0.1", "172.20.0.1", "192.168.0.1"];

let verdict: Verdict;
const there: (number | null)[] = [];
let seen: Readonly<Record<string, Json>>;
const out = mkdtempSync(join(tmpdir(), "envelope-"));

beforeAll(async () => {
  await using engine = await acquireEngine({ progress: silent });
  await ensureBases(engine, silent);
  await using onMachine = await server(engine, "host");
  await using elsewhere = await network(engine);
  await using onOther = await server(engine, elsewhere.name);
  const other = (await onOther.container.inspect()).NetworkSettings.Networks[elsewhere.name];
  const gateways = pools.map((ip) => [`the machine at ${ip}`, `http://${ip}:8099/`]);
  process.env["AFTERSHOCK_TEST_SERVERS"] = JSON.stringify({
    "another network": `http://${other?.IPAddress}:8099/`,
    ...Object.fromEntries(gateways),
  });
  // That they are there, and that only the envelope keeps them away.
  for (const { container } of [onOther, onMachine])
    there.push(await reaches(container, "http://127.0.0.1:8099/"));

  const scenario = await loadScenario(join(import.meta.dirname, "../fixtures/scenario/cage"));
  const { folder, ...replayed } = await replay({ scenarios: [scenario], arms: ["broken"], out });
  ({ verdict } = replayed);
  const text = readFileSync(join(folder, "record/cage.broken.1.ndjson"), "utf8");
  const rows = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  seen = Object.fromEntries(
    rows.flatMap((row) => (row.type === "observation" ? [[row.name, row.value]] : [])),
  );
}, 240_000);

afterAll(() => {
  delete process.env["AFTERSHOCK_TEST_SERVERS"];
  rmSync(out, { recursive: true, force: true });
});

test("all was tried, and nothing is left", () => {
  expect(there).toEqual([0, 0]);
  expect(verdict.scenarios[0]?.arms[0]).toMatchObject({ verdict: "reproduced" });
  expect(verdict.leftovers).toEqual([]);
});

test("nothing gets out: neither to another network nor to the machine", () => {
  const reached = Object.entries(seen).filter(([name]) => name.startsWith("reaches "));
  expect(reached.map(([name]) => name)).toHaveLength(pools.length + 1);
  for (const [name, code] of reached) expect(code, name).toEqual(nowhere);
});

test.each([65534, 0])("user %i gains no rights, and sees nothing of the machine's", (id) => {
  const of = (way: string) => String(seen[`${id}: ${way}`]);
  if (id !== 0) {
    expect(of("run a setuid program")).toBe(`Uid:${`\t${id}`.repeat(4)}`);
    expect(of("become root")).toMatch(/PermissionError/);
  }
  expect(of("mount something")).toMatch(/^-1 1$/m);
  expect(of("mount something")).toMatch(/unshare: .*Operation not permitted/);
  expect(of("make a device")).toMatch(/Operation not permitted/);
  expect(of("find a disk or the engine")).not.toMatch(/docker\.sock|\b([svx]d[a-z]|nvme|mem|kmsg)/);
  expect(of("write to the system").match(/Read-only file system|Permission denied/g)).toHaveLength(
    2,
  );
  expect(of("see other processes").split(" ")).not.toContain("dockerd");
});

test("who forks without end, or fills memory or disk, takes only itself down", () => {
  expect(seen["memory"]).toBe(killed);
  expect(Number(seen["disk"])).toBeLessThanOrEqual(8);
  for (const after of ["nothing", "forks", "memory", "disk"])
    expect(seen[`neighbour after ${after}`], after).toBe(0);
});

const labels = (): Record<string, string> => ({
  [label.run]: `envelope-${process.pid}`,
  [label.owner]: ownerLabel(),
});

async function network(engine: Engine) {
  const name = `envelope-${process.pid}`;
  const made = await engine.docker.createNetwork({ Name: name, Labels: labels() });
  return { name, [Symbol.asyncDispose]: async () => made.remove() };
}

async function server(engine: Engine, at: string) {
  const container = await engine.docker.createContainer({
    Image: "aftershock/base:bullseye",
    Cmd: serve,
    Labels: labels(),
    HostConfig: { NetworkMode: at, CapDrop: ["ALL"], Memory: 64 << 20, MemorySwap: 64 << 20 },
  });
  await container.start();
  return {
    container,
    [Symbol.asyncDispose]: async () => container.remove({ force: true, v: true }),
  };
}

type Container = Awaited<ReturnType<typeof server>>["container"];

/** What curl ends with in the container, which may be just coming up. */
async function reaches(container: Container, address: string): Promise<number | null> {
  const Cmd = ["curl", "-s", "-o", "/dev/null", "--retry", "20", "--retry-connrefused"];
  const exec = await container.exec({
    Cmd: [...Cmd, "--retry-delay", "1", address],
    AttachStdout: true,
  });
  const stream = await exec.start({});
  for await (const _ of stream);
  return (await exec.inspect()).ExitCode;
}
