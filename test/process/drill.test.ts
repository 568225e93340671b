import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { keeperOf } from "../../harness/drill/claim.ts";
import { acquireEngine } from "../../harness/engine/index.ts";
import { labelled } from "../../harness/lifecycle/sweep.ts";
import { silent } from "../../harness/progress.ts";
import { main } from "./command.ts";

// One drill from its beginning to its end, by the command line, in a folder of its own. The engine
// is held by the test, so that what is left can be seen on it.

const engine = await acquireEngine({ progress: silent });
const cwd = await mkdtemp(join(import.meta.dirname, ".tmp-"));
const drill = (...args: string[]) => main(["drill", ...args], { cwd });
const shell = (...args: string[]) => main(["shell", "--", ...args], { cwd });
let path = "";
let run = "";

const json = async (file: string) => JSON.parse(await readFile(file, "utf8"));
const ours = async () => labelled(engine.docker, `aftershock.run=${run}`);
const events = async () =>
  (await readFile(join(path, "events.ndjson"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).event);

beforeAll(async () => {
  const { stdout, stderr } = await drill("1", "--json");
  if (stdout === "") throw new Error(stderr);
  path = JSON.parse(stdout).session;
  ({ run } = await json(join(path, "state.json")));
}, 180_000);
afterAll(async () => {
  await drill("--end");
  await engine[Symbol.asyncDispose]();
  await rm(cwd, { recursive: true, force: true });
});

test("it stays up when the command is over, and nothing it has is named after the incident", async () => {
  const things = await ours();
  expect(things.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["container", "network"]));
  expect(JSON.stringify(things)).not.toMatch(/pileup|broken/);
  const listed = await readdir(join(path, "workspace/site"));
  expect(listed).toEqual(["crontab", "exchange", "manage.py"]);
});

test("beside the victim one sees its processes and traces them; there is no way further", async () => {
  const [ps, traced, capabilities, socket, code, piped] = await Promise.all([
    shell("ps", "-eo", "args"),
    shell("sh", "-c", "timeout 30 strace -p $(pgrep -o cron) 2>&1 | head -n 1"),
    shell("grep", "CapEff", "/proc/self/status"),
    shell("sh", "-c", "ls /var/run/docker.sock /run/docker.sock"),
    shell("sh", "-c", "exit 7"),
    main(["shell", "--", "tr", "a-z", "A-Z"], { cwd, input: "through a pipe" }),
  ]);
  expect(ps.stdout).toMatch(/cron -f/);
  expect(traced.stdout).toMatch(/attached/);
  // DAC_OVERRIDE, NET_RAW and SYS_PTRACE.
  expect(capabilities.stdout).toMatch(/0000000000082002$/);
  expect(socket.exitCode).not.toBe(0);
  expect(code.exitCode).toBe(7);
  expect(piped.stdout).toBe("THROUGH A PIPE");
});

// Where such networks lead, and what a container of ours can do there: test/replay/envelope.test.ts.
test("what stands beside the victim has its networks, which lead nowhere, and nothing of the machine", async () => {
  const filters = { label: [`aftershock.run=${run}`] };
  const networks = await engine.docker.listNetworks({ filters });
  expect(networks).not.toEqual([]);
  for (const { Name, Internal } of networks) expect([Name, Internal]).toEqual([Name, true]);
  const beside = { label: [...filters.label, "aftershock.toolbox=yes"] };
  const [toolbox, ...more] = await engine.docker.listContainers({ filters: beside });
  expect(more).toEqual([]);
  const { HostConfig, Mounts } = await engine.docker.getContainer(toolbox!.Id).inspect();
  expect(HostConfig).toMatchObject({ NetworkMode: expect.stringMatching(/^container:/) });
  expect(HostConfig).toMatchObject({ PidMode: HostConfig.NetworkMode, Privileged: false });
  expect(Mounts.filter(({ Type }) => Type !== "tmpfs")).toEqual([]);
});

test("killed, it leaves nothing; it comes back with its events, and her work is as it was", async () => {
  const edited = join(path, "workspace/site/crontab");
  await appendFile(edited, "# hers\n");
  await main(["note", "jobs pile up"], { cwd });
  process.kill((await keeperOf(path))!.pid, "SIGKILL");
  await vi.waitFor(async () => expect(await ours()).toEqual([]), {
    timeout: 10_000,
    interval: 100,
  });
  expect((await shell("true")).exitCode).toBe(69);
  expect((await drill()).exitCode).toBe(0);
  expect(await events()).toEqual(expect.arrayContaining(["started", "guess", "up"]));
  expect(await readFile(edited, "utf8")).toMatch(/# hers/);
});

test("another can't be begun beside it; a reset moves her work aside; its end leaves nothing", async () => {
  const other = await drill("2");
  expect(other.exitCode).toBe(64);
  expect(other.stderr).toMatch(/--end/);
  expect((await drill("--reset")).exitCode).toBe(0);
  const aside = (await readdir(path)).find((name) => name.startsWith("workspace-"));
  expect(await readFile(join(path, aside!, "site/crontab"), "utf8")).toMatch(/# hers/);
  expect(await readFile(join(path, "workspace/site/crontab"), "utf8")).not.toMatch(/# hers/);
  expect((await drill("--end")).exitCode).toBe(0);
  expect(await ours()).toEqual([]);
  expect(await keeperOf(path)).toBeUndefined();
});
