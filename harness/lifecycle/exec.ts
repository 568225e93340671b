import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import type { Exec } from "dockerode";
import type { Engine } from "../engine/index.ts";
import { InconclusiveError } from "../errors.ts";
import { MiB } from "../judge/units.ts";
import { ask, goneOr, statusOf, wordsOf } from "../engine/ask.ts";

export interface ExecRequest {
  readonly container: string;
  /** What messages call the container. */
  readonly service: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  /** 0 for none. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called with each full line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ExecOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of standard output and error each: what says more says nothing, and fills the memory. */
const mostOutput = 16 * MiB;

/**
 * Runs a command inside a running container and gives its exit code and output.
 * The engine has no call that ends an exec, so a time limit ends the waiting, not the command.
 * @throws InconclusiveError EXEC_TIMEOUT; OUTPUT_TOO_LONG beyond 16 MiB; CONTAINER_NOT_RUNNING;
 *   EXEC_NOT_STARTED for a command that the engine refuses
 * @throws EnvironmentError where the engine is silent or gone
 */
export async function exec(docker: Engine["docker"], request: ExecRequest): Promise<ExecOutcome> {
  const { signal, timeoutMs, onLine } = request;
  const what = nameOf(request);
  const { instance, stream } = await begin(docker, request);
  const timeout = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
  const broken = new AbortController();
  const breakOff = (error: unknown) => broken.abort(error);
  const stdout = collect(what, breakOff, onLine);
  const stderr = collect(what, breakOff);
  docker.modem.demuxStream(stream, stdout.sink, stderr.sink);
  const stops = [signal, broken.signal, ...(timeout ? [timeout] : [])];
  try {
    await finished(stream, { signal: AbortSignal.any(stops), writable: false });
  } catch (cause) {
    signal.throwIfAborted();
    broken.signal.throwIfAborted();
    if (timeout?.aborted)
      throw new InconclusiveError(
        "EXEC_TIMEOUT",
        `${what} did not end within ${timeoutMs / 1000} s`,
        { cause },
      );
    throw goneOr(cause, what);
  } finally {
    stream.destroy();
  }
  stdout.end();
  broken.signal.throwIfAborted();
  const exitCode = await exitCodeOf(docker, instance, request);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

/** The engine forgets a command together with the life of the container that it ran in. */
async function exitCodeOf(docker: Engine["docker"], instance: Exec, request: ExecRequest) {
  const { signal } = request;
  try {
    const { ExitCode } = await ask(
      `Asking how ${nameOf(request)} ended`,
      (abortSignal) => instance.inspect({ abortSignal }),
      { signal },
    );
    return ExitCode ?? -1;
  } catch (error) {
    signal.throwIfAborted();
    throw statusOf(error) === 404 ? await refusal(docker, request, error, "was cut off") : error;
  }
}

/** A command as messages tell it; of a whole script its beginning. */
export function nameOf({ command, service }: Pick<ExecRequest, "command" | "service">): string {
  const line = command.join(" ").replace(/\s+/g, " ").trim();
  return `"${line.length > 120 ? `${line.slice(0, 119)}…` : line}" in ${service}`;
}

async function begin(docker: Engine["docker"], request: ExecRequest) {
  const { container, command, env = {}, user, signal } = request;
  const starting = `Starting ${nameOf(request)}`;
  try {
    const instance = await ask(
      starting,
      (abortSignal) =>
        docker.getContainer(container).exec({
          Cmd: [...command],
          Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
          AttachStdout: true,
          AttachStderr: true,
          ...(user === undefined ? {} : { User: user }),
          abortSignal,
        }),
      { signal },
    );
    const stream = await ask(
      starting,
      (abortSignal) => instance.start({ hijack: true, stdin: false, abortSignal }),
      { signal },
    );
    return { instance, stream };
  } catch (error) {
    signal.throwIfAborted();
    throw statusOf(error) === undefined ? error : await refusal(docker, request, error);
  }
}

/** What the engine refused, in a sentence: nobody is to read an HTTP answer with a stack. */
async function refusal(
  docker: Engine["docker"],
  request: ExecRequest,
  cause: unknown,
  how = "was not run",
) {
  const { container, service, signal } = request;
  const what = `${nameOf(request)} ${how}`;
  // A command that is known no more had a container that has been started again since.
  const since = /no such exec/i.test(wordsOf(cause)) ? "was started again meanwhile" : undefined;
  const state = (await stateOf(docker, container, signal)) ?? since;
  if (state !== undefined)
    return new InconclusiveError(
      state.startsWith("has ended") ? "CONTAINER_ENDED" : "CONTAINER_NOT_RUNNING",
      `${what}: the container of ${service} ${state}`,
      { cause },
    );
  const words = wordsOf(cause).replaceAll(container, service);
  return new InconclusiveError("EXEC_NOT_STARTED", `${what}: ${words}`, { cause });
}

/** Why nothing can be run in a container; undefined where it runs. */
async function stateOf(
  docker: Engine["docker"],
  container: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { State: state, HostConfig: host } = await ask(
      "Asking how a container is",
      (abortSignal) => docker.getContainer(container).inspect({ abortSignal }),
      { signal },
    );
    if (state.Restarting) return `is restarting: it ended with ${state.ExitCode}`;
    if (state.Paused) return "is paused";
    if (state.Running) return undefined;
    if (state.Status === "created") return "has not started";
    // Between two starts it has ended, too, for a moment.
    const again = /^(always|unless-stopped|on-failure)$/.test(host?.RestartPolicy?.Name ?? "");
    return again
      ? `is restarting: it ended with ${state.ExitCode}`
      : `has ended with ${state.ExitCode}`;
  } catch (error) {
    if (statusOf(error) === 404) return "is gone";
    throw error;
  }
}

/** A sink that keeps the text, and hands out whole lines as they come. */
function collect(
  what: string,
  breakOff: (error: unknown) => void,
  onLine?: (line: string) => void,
) {
  const sink = new PassThrough();
  let text = "";
  let rest = "";
  const take = (chunk: string) => {
    if (text.length + chunk.length > mostOutput)
      throw new InconclusiveError(
        "OUTPUT_TOO_LONG",
        `${what} wrote more than ${mostOutput / MiB} MiB`,
        { hint: "Let it write into a file, or keep what it says short." },
      );
    text += chunk;
    rest += chunk;
    if (!onLine || !chunk.includes("\n")) return;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  };
  // What a listener of a stream throws would end the process.
  const safely = (work: () => void) => {
    try {
      work();
    } catch (error) {
      breakOff(error);
    }
  };
  sink.setEncoding("utf8").on("data", (chunk: string) => safely(() => take(chunk)));
  return {
    sink,
    text: () => text,
    end: () => safely(() => rest !== "" && onLine?.(rest)),
  };
}
