import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { ask, statusOf } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";

/** A terminal, or the two ends of a pipe. */
export interface Ends {
  readonly input: Readable & { isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly output: Writable & { isTTY?: boolean; columns?: number; rows?: number };
  readonly errors: Writable;
}

/**
 * Runs a command in a container, with a terminal where there is one at both ends, and gives its
 * exit code. What it says goes through as it is: it is for a program, or for who asked for it.
 */
export async function openShell(
  { docker }: Engine,
  container: string,
  command: readonly string[],
  { input, output, errors }: Ends,
): Promise<number> {
  const terminal = Boolean(input.isTTY && output.isTTY);
  const exec = await ask("Opening a shell", (abortSignal) =>
    docker.getContainer(container).exec({
      Cmd: [...command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: terminal,
      Env: terminal ? [`TERM=${process.env["TERM"] ?? "xterm"}`] : [],
      abortSignal,
    }),
  );
  const stream = await ask("Opening a shell", () =>
    exec.start({ hijack: true, stdin: true, Tty: terminal }),
  );
  const resize = () =>
    void exec.resize({ w: output.columns || 80, h: output.rows || 24 }).catch(() => {});
  if (terminal) {
    input.setRawMode?.(true);
    output.on("resize", resize);
    resize();
    stream.pipe(output, { end: false });
  } else docker.modem.demuxStream(stream, output, errors);
  input.pipe(stream);
  input.on("error", () => stream.end());
  try {
    await once(stream, "end");
  } finally {
    input.unpipe(stream);
    input.pause();
    output.off("resize", resize);
    if (terminal) input.setRawMode?.(false);
    stream.destroy();
  }
  const ended = await ask("Asking how a command ended", () => exec.inspect()).catch(goneOrThrow);
  return ended?.ExitCode ?? killed;
}

/** As a shell tells one that was ended by SIGKILL: its container ended with it. */
export const killed = 137;

function goneOrThrow(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
}
