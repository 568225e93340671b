import { appendFile, writeFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { cleanLine } from "../report/terminal/clean.ts";

/**
 * Starts the toolbox again when its victim was: with its process ids it had ended. What ends with
 * the victim takes a moment longer to be told of.
 */
export async function toolboxAgain(
  { docker }: Engine,
  toolbox: string,
  victim: string,
  signal: AbortSignal,
): Promise<void> {
  const stateOf = async (id: string) => {
    const { State } = await ask("Asking how a container is", (abortSignal) =>
      docker.getContainer(id).inspect({ abortSignal }),
    );
    return State;
  };
  while (!signal.aborted) {
    const [tool, beside] = await Promise.all([stateOf(toolbox), stateOf(victim)]);
    if (!beside.Running || (tool.Running && tool.StartedAt > beside.StartedAt)) return;
    if (!tool.Running) {
      const starting = (abortSignal: AbortSignal) =>
        docker.getContainer(toolbox).start({ abortSignal });
      await ask("Starting the toolbox", starting, { signal });
    }
    await sleep(100, undefined, { signal });
  }
}

/**
 * Keeps a file at what a container has said, line by line as it comes, until it ends. Of what it
 * said before it was started again the engine keeps as much as its log holds.
 */
export async function followLog(
  { docker }: Engine,
  container: string,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  await writeFile(file, "");
  const stream = await ask("Reading a container's log", (abortSignal) =>
    docker.getContainer(container).logs({ follow: true, stdout: true, stderr: true, abortSignal }),
  );
  const text = new PassThrough();
  docker.modem.demuxStream(stream, text, text);
  const end = () => (stream as unknown as { destroy(): void }).destroy();
  signal.addEventListener("abort", end, { once: true });
  stream.on("end", () => text.end());
  stream.on("error", () => text.end());
  stream.on("close", () => text.end());
  for await (const line of createInterface({ input: text }))
    await appendFile(file, `${cleanLine(line)}\n`);
  signal.removeEventListener("abort", end);
}
