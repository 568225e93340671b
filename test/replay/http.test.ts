import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acquireEngine } from "../../harness/engine/index.ts";
import { ensureImages } from "../../harness/images/prepare.ts";
import { exec } from "../../harness/lifecycle/exec.ts";
import { readLogs } from "../../harness/lifecycle/logs.ts";
import { silent } from "../../harness/progress.ts";
import { parseLine } from "../../harness/replay/line.ts";
import { createContainer, createNetwork } from "../support/container.ts";
import { until } from "../support/until.ts";

// The client that authors get ready-made, against a server that does what the path says.
const server = `
import http.server, socketserver, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        status = 500 if self.path.endswith("3") else 404 if self.path == "/none" else 200
        if self.path == "/slow": time.sleep(5)
        if self.path == "/hang-up": return self.connection.close()
        body = self.path.encode() * (1000 if self.path == "/large" else 1)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer): daemon_threads = True
Server(("", 8000), Handler).serve_forever()`;

const engine = await acquireEngine({ progress: silent });
const project = `http-${process.pid}`;
const stack = new AsyncDisposableStack();
stack.use(engine);
let client: string;

beforeAll(async () => {
  const services = { client: { image: "aftershock/http:1" } };
  const [images] = await ensureImages(
    engine,
    [{ folder: "/nowhere", services, secrets: {} }],
    silent,
  );
  const network = stack.use(await createNetwork(engine, project));
  const base = { project, memory: 64 * 1024 ** 2, network: network.name };
  const command = ["python3", "-c", server];
  const app = stack.use(await createContainer(engine, { ...base, service: "app", command }));
  const idle = { ...base, service: "client", command: ["sleep", "1000"] };
  const image = images!["client"]!.id;
  const box = stack.use(await createContainer(engine, { ...idle, image }));
  await Promise.all([app.start(), box.start()]);
  client = box.container.id;
  await until("the server", async () => (await ask("http://app:8000/")).exitCode === 0);
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Runs the client, and gives what the record would hold of it. */
async function ask(...args: readonly string[]) {
  const loads: Record<string, number> = {};
  const seen = new Map<string, unknown>();
  const request = { container: client, service: "client", command: ["http-client", ...args] };
  const { signal } = new AbortController();
  const onLine = (line: string) => {
    const said = parseLine(line);
    if (said === undefined || said === "malformed") throw new Error(`not for the record: ${line}`);
    if (said.is === "load") loads[said.name] = (loads[said.name] ?? 0) + said.count;
    if (said.is === "observation") seen.set(said.name, said.value);
  };
  const { exitCode, stderr } = await exec(engine.docker, {
    ...request,
    timeoutMs: 30_000,
    signal,
    onLine,
  });
  return { exitCode, stderr, seen, loads };
}

test("it counts answers by their status, and whatever the status is one is an answer", async () => {
  const told = await ask("--requests", "20", "--concurrency", "4", "http://app:8000/item-{n}");
  expect(told).toMatchObject({ exitCode: 0, stderr: "" });
  expect(told.loads).toEqual({ requests: 20, "requests sent": 20 });
  expect(told.seen.get("requests")).toMatchObject({
    answered: 20,
    statuses: { "200": 18, "500": 2 },
    unanswered: {},
    connections: 20,
  });
  expect(told.seen.get("requests ok")).toBe(18);
  expect(told.seen.get("requests max")).toBeGreaterThan(0);
});

test("connections are kept where they are to be, and names are told apart", async () => {
  const told = await ask(
    ...["--requests", "30", "--concurrency", "2", "--keep-alive", "--name", "page views"],
    "http://app:8000/",
  );
  expect(told.seen.get("page views")).toMatchObject({ answered: 30, connections: 2 });
});

test("a rate is kept to, and a time", async () => {
  const told = await ask("--seconds", "2", "--rate", "10", "http://app:8000/none");
  expect(told.seen.get("requests")).toMatchObject({ answered: 20, statuses: { "404": 20 } });
  expect((told.seen.get("requests") as { seconds: number }).seconds).toBeGreaterThan(1.8);
});

test("what gave no answer is told in words and by the exit code, and so is why", async () => {
  const [slow, hungUp, large] = await Promise.all([
    ask("--timeout", "0.5", "http://app:8000/slow"),
    ask("--requests", "2", "http://app:8000/hang-up"),
    ask("--most-bytes", "100", "http://app:8000/large"),
  ]);
  expect(slow.exitCode).toBe(1);
  expect(slow.loads).toEqual({ requests: 0, "requests sent": 1 });
  expect(slow.stderr).toBe(
    "app:8000 gave no answer to 1 of 1 requests: 1 times no answer within 0.5 s\n",
  );
  expect(hungUp.stderr).toContain("2 times the server hung up");
  expect(large.stderr).toContain("an answer of more than 100 bytes");
  expect(slow.seen.get("requests unanswered")).toBe(1);
});

test("a client that can't connect says so", async () => {
  const [port, host] = await Promise.all([ask("http://app:9/"), ask("http://ap:8000/")]);
  expect(port).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("connection refused"),
  });
  expect(host).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(
      "no host is called ap: is that a service on the client's network?",
    ),
  });
});

test("what it can't do is refused", async () => {
  for (const args of [
    ["https://app/"],
    ["--requests", "0", "http://app/"],
    ["--concurrency", "65", "http://app/"],
  ])
    expect(await ask(...args)).toMatchObject({ exitCode: 2, loads: {} });
});

test("what the page says of the bases is so", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/images.md"), "utf8");
  const row = (name: string) =>
    [...page.match(new RegExp(`^\\| ${name} \\|([^|]*)`, "m"))![1]!.matchAll(/`([^`]+)`/g)].map(
      ([, word]) => word!,
    );
  const [there, missing] = [row("there"), row("not there")];
  expect(there.length * missing.length).toBeGreaterThan(100);
  const look = ["sh", "-c", 'for c; do command -v "$c" >/dev/null && echo "$c"; done', "sh"];
  const command = [...look, ...there, ...missing];
  const base = { project, service: "look", command, memory: 64 * 1024 ** 2 };
  for (const [suite, absent] of Object.entries({ bullseye: [], bookworm: ["python2.7"] })) {
    await using box = await createContainer(engine, { ...base, image: `aftershock/base:${suite}` });
    await box.start();
    await box.container.wait();
    const found = (await readLogs(engine.docker, box.container.id)).trim().split("\n");
    expect(found).toEqual(there.filter((word) => !(absent as string[]).includes(word)));
  }
});
