import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type { Engine } from "../../harness/engine/index.ts";
import { label, ownerLabel } from "../../harness/lifecycle/labels.ts";

export interface ContainerOptions {
  readonly project: string;
  readonly service: string;
  /** Number among the service's containers. Default 1. */
  readonly number?: number;
  readonly command: readonly string[];
  /** Name or id. Default: the base image. */
  readonly image?: string;
  /** Limit in bytes, swap included. */
  readonly memory: number;
  /** A network of the engine. Default: none. */
  readonly network?: string;
}

/** Labels as compose sets them, and ours, so that `clean` finds what a killed test left. */
function labels({ project, service, number = 1 }: ContainerOptions): Record<string, string> {
  return {
    "com.docker.compose.project": project,
    "com.docker.compose.service": service,
    "com.docker.compose.container-number": String(number),
    [label.run]: project,
    [label.owner]: ownerLabel(),
  };
}

/** A container as compose would label it, not started yet. Disposing removes it. */
export async function createContainer(engine: Engine, options: ContainerOptions) {
  const { command, memory, network = "none", service } = options;
  const container = await engine.docker.createContainer({
    Image: options.image ?? "aftershock/base:bullseye",
    Cmd: [...command],
    User: "65534",
    OpenStdin: true,
    Labels: labels(options),
    HostConfig: {
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: 64,
      NetworkMode: network,
      Tmpfs: { "/scratch": "mode=1777" },
      Sysctls: { "net.ipv4.ip_unprivileged_port_start": "0" },
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
    },
    ...(network !== "none" && {
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [service] } } },
    }),
  });
  return {
    container,
    start: () => container.start(),
    [Symbol.asyncDispose]: async () => container.remove({ force: true, v: true }),
  };
}

/** An internal network. Disposing removes it. */
export async function createNetwork(engine: Engine, name: string) {
  const network = await engine.docker.createNetwork({
    Name: name,
    Internal: true,
    Labels: { [label.run]: name, [label.owner]: ownerLabel() },
  });
  return { name, [Symbol.asyncDispose]: async () => network.remove() };
}

type Answer = Readonly<Record<string, unknown>>;

/** Talks to a container's standard input: a line out, the next line of JSON back. */
export async function converse(
  engine: Engine,
  { container }: Awaited<ReturnType<typeof createContainer>>,
) {
  const stream = await container.attach({
    stream: true,
    stdin: true,
    stdout: true,
    stderr: true,
    hijack: true,
  });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  engine.docker.modem.demuxStream(stream, stdout, stderr);
  let complaint = "";
  stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  stream.on("end", () => stdout.end());
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async (line: string): Promise<Answer> => {
    stream.write(`${line}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`The container ended instead of answering: ${complaint}`);
    return JSON.parse(value) as Answer;
  };
}
