import type { Engine } from "../engine/index.ts";
import { ask, goneOr } from "../engine/ask.ts";
import { AftershockError, EnvironmentError } from "../errors.ts";
import { patiently, patienceOf, type Patience } from "./patience.ts";
import { causeOf } from "./words.ts";

/** What an image's configuration tells about it. */
export interface Inspected {
  readonly id: string;
  /** True where it holds ONBUILD instructions: whoever stands on it sees more than its own. */
  readonly acts: boolean;
}

/** The image of that name on the engine; undefined if it isn't there. */
export async function inspect(engine: Engine, name: string): Promise<Inspected | undefined> {
  try {
    const { Id, Config } = await ask("Looking at an image", () =>
      engine.docker.getImage(name).inspect(),
    );
    const onBuild = (Config as { OnBuild?: readonly string[] | null } | undefined)?.OnBuild;
    return { id: Id, acts: (onBuild?.length ?? 0) > 0 };
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/**
 * The image of that name, pulled where it is not there.
 * @throws EnvironmentError IMAGE_NOT_PULLED with the registry's words, the cause, a way out
 */
export async function pulled(
  engine: Engine,
  name: string,
  signal?: AbortSignal,
  patience: Patience = patienceOf(),
): Promise<Inspected> {
  const there = await inspect(engine, name);
  if (there) return there;
  await pull(engine, name, signal, patience);
  const got = await inspect(engine, name);
  if (got) return got;
  throw notPulled(name, new Error("The pull ended well, and there is no such image."));
}

/** Pulls it, whether it is there or not. Without a tag: `latest`, not all there are. */
export async function pull(
  engine: Engine,
  name: string,
  signal?: AbortSignal,
  patience: Patience = patienceOf(),
): Promise<void> {
  const named = /@|:[^/]*$/.test(name) ? name : `${name}:latest`;
  try {
    await using _uplink = await engine.uplink();
    await patiently(
      `pull of ${name}`,
      async (stop, alive) => {
        const answer = await engine.docker.pull(named, { abortSignal: stop });
        await finished(answer, alive);
      },
      patience,
      signal,
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw notPulled(name, goneOr(error, `pull of ${name}`));
  }
}

/** Waits for the end of a stream of progress; an error that is told in it is raised. */
export async function finished(
  answer: NodeJS.ReadableStream,
  alive: () => void = () => undefined,
): Promise<void> {
  let begun = "";
  for await (const chunk of answer) {
    alive();
    const lines = (begun + String(chunk)).split("\n");
    begun = lines.pop() ?? "";
    lines.forEach(raise);
  }
  raise(begun);
}

function raise(line: string): void {
  if (!line.includes('"error"')) return;
  const { error } = JSON.parse(line) as { error?: string };
  if (error) throw new Error(error);
}

function notPulled(name: string, error: unknown): EnvironmentError {
  if (error instanceof AftershockError)
    return new EnvironmentError("IMAGE_NOT_PULLED", error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  const words = error instanceof Error ? error.message : String(error);
  const cause = causeOf(words);
  return new EnvironmentError(
    "IMAGE_NOT_PULLED",
    `${name} could not be pulled${cause ? `: ${cause.why}` : ""}. The engine said: ${words.trim()}`,
    {
      hint: cause?.hint ?? "Bring it here: `docker save` where it is, `docker load` here.",
      cause: error,
    },
  );
}
