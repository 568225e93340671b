import { appendFile, writeFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import type { Stage } from "../scenario/stage-types.ts";
import { cleanLine } from "../report/terminal/clean.ts";
import { tryToStart } from "./toolbox.ts";

/** A victim, what stands beside it, and where its log is to be read. */
export interface Beside {
  readonly service: string;
  /** Ids of their containers. */
  readonly victim: string;
  readonly toolbox: string;
  readonly log: string;
}

/**
 * Keeps the toolbox beside its victim and the log at what that says, whenever it is started again,
 * until the stage is over.
 */
export async function stayBeside(engine: Engine, stage: Stage, beside: Beside): Promise<void> {
  const { service, victim, toolbox, log } = beside;
  const { signal } = stage;
  const starts = () => stage.events(service, "start").length;
  for (;;) {
    const seen = starts();
    void followLog(engine, victim, log, signal).catch(() => {}); // a help, and no more
    await toolboxAgain(engine, toolbox, victim, signal);
    await stage.attempt(() => starts() > seen, { withinMs: longestMs, everyMs: 250 });
  }
}

/** Longer than any session. */
const longestMs = 365 * 24 * 3_600_000;

/**
 * Starts the toolbox again when its victim was: with its process ids it had ended. What ends with
 * the victim takes a moment longer to be told of.
 */
async function toolboxAgain(
  engine: Engine,
  toolbox: string,
  victim: string,
  signal: AbortSignal,
): Promise<void> {
  const stateOf = async (id: string) => {
    const { State } = await ask("Asking how a container is", (abortSignal) =>
      engine.docker.getContainer(id).inspect({ abortSignal }),
    );
    return State;
  };
  while (!signal.aborted) {
    const [tool, beside] = await Promise.all([stateOf(toolbox), stateOf(victim)]);
    if (!beside.Running || (tool.Running && tool.StartedAt > beside.StartedAt)) return;
    if (!tool.Running) await tryToStart(engine, toolbox);
    await sleep(100, undefined, { signal });
  }
}

/**
 * Keeps a file at what a container has said, line by line as it comes, until it ends. Of what it
 * said before it was started again the engine keeps as much as its log holds.
 */
async function followLog(
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
