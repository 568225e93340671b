import type { StartedTestContainer } from "testcontainers";
import type { Engine } from "./types.ts";

/** One thing an engine must really do, found out by trying it. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly told: string;
  readonly hint?: string;
}

const image = "aftershock/base:bullseye";
const LIMIT_MIB = 64;
const TAKEN_MIB = 256;
/** What a process ends with that the kernel killed. */
const KILLED = 128 + 9;

const idle = ["sleep", "60"];
const serve = ["python3", "-m", "http.server", "8000", "--directory", "/usr/share/doc"];
const fetch = ["curl", "--silent", "--output", "/dev/null", "--max-time", "5"];

type Labels = Readonly<Record<string, string>>;

/**
 * Tries on throwaway containers what every verdict relies on: that a memory limit ends in a kill,
 * and that an internal network carries names and data but leads nowhere else. Needs the bases.
 * All of it carries the labels, by which a sweep finds it if this process is killed.
 */
export async function probeEngine(engine: Engine, labels: Labels): Promise<readonly Finding[]> {
  pointTestcontainersAt(engine);
  return Promise.all([memoryLimit(labels), internalNetwork(engine, labels)]);
}

/** Testcontainers takes the engine from the process's environment, and would start a reaper of its own. */
export function pointTestcontainersAt({ env }: Engine): void {
  process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true";
  // Without it the default bridge is asked, which the embedded engine has not; no port is used.
  process.env["TESTCONTAINERS_HOST_OVERRIDE"] = "127.0.0.1";
  for (const name of ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONFIG"]) {
    if (env[name] === undefined) delete process.env[name];
    else process.env[name] = env[name];
  }
}

async function memoryLimit(labels: Labels): Promise<Finding> {
  await using container = await start({ labels, memoryMiB: LIMIT_MIB, command: idle });
  const files = "/sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max";
  const { output } = await container.exec(["sh", "-c", `cat ${files} 2>/dev/null`]);
  const taking = await container.exec(["python3", "-c", `len(b"x" * (${TAKEN_MIB} << 20))`]);
  const seen = Number(output) === LIMIT_MIB * 2 ** 20;
  const killed = taking.exitCode === KILLED;
  return {
    what: "memory limits",
    ok: seen && killed,
    told: `a process that takes ${TAKEN_MIB} MiB of ${LIMIT_MIB} MiB ${killed ? "is killed" : "lives on"}; its cgroup says ${output.trim() || "nothing"}`,
    hint: "A rootless engine on cgroup v1 ignores limits; use one that runs as root, or cgroup v2.",
  };
}

async function internalNetwork({ docker }: Engine, labels: Labels): Promise<Finding> {
  const network = `aftershock-probe-${process.pid}`;
  const there = `${network}-server`;
  const created = await docker.createNetwork({
    Name: network,
    Internal: true,
    Labels: { ...labels },
  });
  try {
    await using _server = await start({ labels, network, name: there, command: serve });
    await using client = await start({ labels, network, command: idle });
    const inside = await client.exec([...fetch, `http://${there}:8000/`]);
    const closed = !(await leadsOut(client, labels, network, docker));
    const told = [
      inside.exitCode === 0
        ? "names and data get through"
        : `curl between two containers ended with ${inside.exitCode}`,
      closed ? "no way out" : "there is a way out",
    ];
    return {
      what: "internal networks",
      ok: inside.exitCode === 0 && closed,
      told: told.join(", "),
    };
  } finally {
    await created.remove();
  }
}

/**
 * Whether anything gets out. Older engines give an internal network a default route, and let
 * the firewall drop what takes it: then what another network answers tells.
 */
async function leadsOut(
  client: StartedTestContainer,
  labels: Labels,
  network: string,
  docker: Engine["docker"],
): Promise<boolean> {
  const routes = await client.exec(["sh", "-c", "tail -n +2 /proc/net/route | cut -f 8"]);
  if (!routes.output.split("\n").includes("00000000")) return false; // no route with the mask 0
  const other = `${network}-other`;
  const created = await docker.createNetwork({ Name: other, Labels: { ...labels } });
  try {
    await using server = await start({ labels, network: other, command: serve });
    const { exitCode } = await client.exec([
      ...fetch,
      `http://${server.getIpAddress(other)}:8000/`,
    ]);
    return exitCode === 0;
  } finally {
    await created.remove();
  }
}

interface Shape {
  readonly labels: Labels;
  readonly command: string[];
  readonly memoryMiB?: number;
  readonly network?: string;
  readonly name?: string;
}

async function start(shape: Shape): Promise<StartedTestContainer> {
  const { labels, command, memoryMiB, network, name } = shape;
  const { GenericContainer, Wait } = await import("testcontainers");
  const container = new GenericContainer(image).withCommand(command).withLabels({ ...labels });
  if (memoryMiB) container.withResourcesQuota({ memory: memoryMiB / 1024 });
  // Not by testcontainers' aliases: those would leave it on the default network as well.
  if (network) container.withNetworkMode(network);
  if (name) container.withName(name);
  if (command === serve) {
    const answers = [...fetch, "http://localhost:8000/"].join(" ");
    container.withWaitStrategy(Wait.forSuccessfulCommand(answers));
  }
  return container.start();
}
