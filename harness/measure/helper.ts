import { extname } from "node:path";
import type { Duplex } from "node:stream";
import { ask, statusOf } from "../engine/ask.ts";
import { bounded } from "../engine/bounded.ts";
import { olderThan } from "../engine/suitable.ts";
import { SamplingProcess } from "./cgroup-sampler.ts";
import { HelperLink } from "./helper-link.ts";
import type { MeasuredEngine } from "./sampler.ts";

/** What a helper container is made of. */
export interface HelperOptions {
  /** Id of the image that holds Node and the sampling process. */
  readonly image: string;
  /** Labels by which it is found, and removed if nobody else does it. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The sampling process in a helper container. Disposed of, the container is gone. */
export interface Helper extends AsyncDisposable {
  readonly process: SamplingProcess;
}

type Container = Awaited<ReturnType<MeasuredEngine["docker"]["createContainer"]>>;

const MiB = 1024 ** 2;
/** On an emulated processor that others use too, Node alone takes more than a minute. */
const startsWithinMs = 120_000;
const endsWithinMs = 5_000;
/** So often its clock is read before the first sample, and then every second. */
const firstReadings = 8;
const readEveryMs = 1000;

/**
 * Starts the sampling process in a container on the engine. It sees the machine's processes and
 * cgroups, can change nothing, and has no way out but the stream by which it is asked. When that
 * ends, because we are done or were killed, so does it, and the engine removes it.
 * @throws what the engine says where it refuses such a container
 */
export async function startHelper(engine: MeasuredEngine, options: HelperOptions): Promise<Helper> {
  const { docker, facts } = engine;
  const container = await ask("Creating the helper container", (abortSignal) =>
    docker.createContainer({ ...settings(facts.kernel, options), abortSignal }),
  );
  try {
    const stream = (await ask("Attaching to the helper container", (abortSignal) =>
      container.attach({ ...streams, stream: true, hijack: true, abortSignal }),
    )) as Duplex;
    const gone = container.wait({ condition: "removed" });
    await ask("Starting the helper container", (abortSignal) => container.start({ abortSignal }));
    // The engine keeps the stream of a container that has ended open for what could still be asked.
    gone.then(
      () => stream.destroy(),
      () => {}, // then the stream has to tell
    );
    const link = new HelperLink(stream);
    const process = new SamplingProcess(link.connect(docker.modem.demuxStream.bind(docker.modem)));
    await bounded("The helper container", startsWithinMs, async () => {
      await process.started;
      for (let i = 0; i < firstReadings; i++) await link.readClock();
    });
    if (process.ended) throw process.ended;
    const timer = setInterval(() => void link.readClock(), readEveryMs).unref();
    return {
      process,
      async [Symbol.asyncDispose]() {
        clearInterval(timer);
        stream.end();
        // What is still there then, an audit tells.
        await bounded("The helper container", endsWithinMs, () => gone)
          .catch(() => remove(container))
          .catch(() => {});
        stream.destroy();
      },
    };
  } catch (error) {
    await remove(container).catch(() => {}); // why it did not start says more, and the run's label is on it
    throw error;
  }
}

const streams = { stdin: true, stdout: true, stderr: true };

/**
 * It is nobody, and sees what everybody may see; to be on time it may become real-time. Before
 * Linux 6.2 the descriptors of others' processes must be listed to be counted, which takes the
 * right to read.
 */
function settings(kernel: string, { image, labels }: HelperOptions) {
  const capabilities = ["SYS_NICE", ...(olderThan(kernel, "6.2") ? ["DAC_READ_SEARCH"] : [])];
  const memory = 256 * MiB;
  return {
    Image: image,
    Cmd: [...asNobody(capabilities), ...program],
    User: "0",
    Labels: { ...labels },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      AutoRemove: true,
      PidMode: "host",
      UsernsMode: "host",
      CgroupnsMode: "host" as const,
      Mounts: [cgroups],
      ReadonlyRootfs: true,
      NetworkMode: "none",
      SecurityOpt: ["no-new-privileges:true"],
      CapDrop: ["ALL"],
      CapAdd: ["SETUID", "SETGID", ...capabilities], // the first two to become nobody
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: 32,
      CpuShares: 8192, // where it cannot be real-time, it is to weigh more than what it measures
      // What it says is no log: nobody is to keep it.
      LogConfig: { Type: "none", Config: {} },
    },
  };
}

const program = [
  "node",
  // Helpers are not real-time, and it would wait for them.
  "--single-threaded-gc",
  `/aftershock/measure/sampling-process${extname(import.meta.filename)}`,
];

/** The engine gives capabilities to root only. */
function asNobody(capabilities: readonly string[]): string[] {
  const kept = capabilities.map((name) => `+${name.toLowerCase()}`).join(",");
  const user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
  return ["setpriv", ...user, `--inh-caps=${kept}`, `--ambient-caps=${kept}`];
}

const cgroups = {
  Type: "bind" as const,
  Source: "/sys/fs/cgroup",
  Target: "/sys/fs/cgroup",
  ReadOnly: true,
};

/** 404: gone already; 409: the engine is at it. */
async function remove(container: Container): Promise<void> {
  try {
    await ask(
      "Removing the helper container",
      (abortSignal) => container.remove({ force: true, v: true, abortSignal }),
      { withinMs: endsWithinMs },
    );
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}
