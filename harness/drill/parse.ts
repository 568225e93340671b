import { join, posix } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { globOf } from "../images/glob.ts";
import { MiB } from "../judge/units.ts";
import { label, ownerLabel } from "../lifecycle/labels.ts";
import { readLogs } from "../lifecycle/logs.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { filesBelow } from "../scenario/walk.ts";
import type { Workspace } from "./workspace.ts";

/** What a look at a workspace's files came to, before anything is started. */
export interface Parsed {
  readonly what: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** The tool's own words, where it is not. */
  readonly said: readonly string[];
}

export interface ParseContext {
  readonly engine: Pick<Engine, "docker">;
  /** Ids by service. */
  readonly images: Readonly<Record<string, string>>;
  /** The run that what is made belongs to. */
  readonly run: string;
  readonly signal: AbortSignal;
}

/** Longer than any of it takes; what takes longer says nothing. */
const withinMs = 15_000;

/**
 * Runs the drill's own looks at the workspace's files, each in a container of the image that was
 * built from them, with no network and next to no rights. It decides nothing: a right fix may bring
 * another language.
 */
export async function parse(
  { folder, drill }: Workspace,
  { fixable }: Pick<ScenarioDefinition, "fixable">,
  context: ParseContext,
): Promise<readonly Parsed[]> {
  const done: Parsed[] = [];
  for (const { place, files, command, what } of drill.parses) {
    const { services = [], at = "/" } = fixable?.places[place] ?? {};
    const image = context.images[services[0] ?? ""];
    const there = await fitting(join(folder, drill.workspace[place]?.as ?? place), files);
    if (image === undefined || there.length === 0) continue;
    const began = performance.now();
    const paths = there.map((path) => posix.join(at, path));
    const result = await runOnce(context, image, [...command, ...paths]);
    if (result) done.push({ what, ...result, seconds: (performance.now() - began) / 1000 });
  }
  return done;
}

async function fitting(folder: string, files: string): Promise<readonly string[]> {
  const fits = globOf(files);
  const found = await filesBelow(folder).catch(() => []);
  return found.filter(({ path, kind }) => kind === "file" && fits(path)).map(({ path }) => path);
}

/** Whether a command ends with 0, and its last words if not; undefined where it did not end. */
async function runOnce({ engine, run, signal }: ParseContext, image: string, command: string[]) {
  const { docker } = engine;
  const container = await ask(
    "Making a container that looks at files",
    (abortSignal) =>
      docker.createContainer({
        ...{ Image: image, Entrypoint: [], Cmd: command, NetworkDisabled: true, abortSignal },
        Labels: { [label.run]: run, [label.owner]: ownerLabel() },
        HostConfig: {
          ...{ CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges:true"], ReadonlyRootfs: true },
          ...{ Memory: 256 * MiB, MemorySwap: 256 * MiB, PidsLimit: 64, NanoCpus: 1e9 },
          ...{ Tmpfs: { "/tmp": "size=16m" } },
        },
      }),
    { signal },
  );
  try {
    await ask("Starting it", (abortSignal) => container.start({ abortSignal }), { signal });
    const over = AbortSignal.timeout(withinMs);
    const ended = container.wait() as Promise<{ StatusCode: number }>;
    ended.catch(() => {});
    const first = await Promise.race([
      ended,
      sleep(withinMs, undefined, { signal: AbortSignal.any([signal, over]) }).catch(
        () => undefined,
      ),
    ]);
    signal.throwIfAborted();
    if (!first) return undefined;
    const said = first.StatusCode === 0 ? "" : await readLogs(docker, container.id, { signal });
    return { ok: first.StatusCode === 0, said: said.trim().split("\n").slice(-6) };
  } finally {
    const gone = (abortSignal: AbortSignal) =>
      container.remove({ force: true, v: true, abortSignal });
    await ask("Removing it", gone).catch(() => {}); // the run's audit looks for it
  }
}
