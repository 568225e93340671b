import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import type { Engine } from "../engine/index.ts";
import { InconclusiveError } from "../errors.ts";

export interface ExecRequest {
  readonly container: string;
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

/**
 * Runs a command inside a running container and gives its exit code and output.
 * The engine has no call that ends an exec, so a time limit ends the waiting, not the command.
 * @throws InconclusiveError EXEC_TIMEOUT
 */
export async function exec(docker: Engine["docker"], request: ExecRequest): Promise<ExecOutcome> {
  const { container, command, env = {}, user, timeoutMs } = request;
  const instance = await docker.getContainer(container).exec({
    Cmd: [...command],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    AttachStdout: true,
    AttachStderr: true,
    ...(user === undefined ? {} : { User: user }),
  });
  const timeout = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
  const stop = timeout ? AbortSignal.any([request.signal, timeout]) : request.signal;
  const stream = await instance.start({ hijack: true, stdin: false });
  const stdout = collect(request.onLine);
  const stderr = collect();
  docker.modem.demuxStream(stream, stdout.sink, stderr.sink);
  try {
    await finished(stream, { signal: stop, writable: false });
  } catch (cause) {
    request.signal.throwIfAborted();
    if (timeout?.aborted)
      throw new InconclusiveError(
        "EXEC_TIMEOUT",
        `"${command.join(" ")}" did not end within ${timeoutMs / 1000} s`,
        { cause },
      );
    throw cause;
  } finally {
    stream.destroy();
  }
  stdout.end();
  const { ExitCode } = await instance.inspect();
  return { exitCode: ExitCode ?? -1, stdout: stdout.text(), stderr: stderr.text() };
}

/** A sink that keeps the text, and hands out whole lines as they come. */
function collect(onLine?: (line: string) => void) {
  const sink = new PassThrough();
  let text = "";
  let rest = "";
  sink.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (onLine) lines.forEach(onLine);
  });
  return {
    sink,
    text: () => text,
    end: () => {
      if (rest !== "" && onLine) onLine(rest);
    },
  };
}
