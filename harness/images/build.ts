import { join } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../cache.ts";
import { scratch } from "../engine/scratch.ts";
import type { Engine } from "../engine/index.ts";
import { proxyArguments } from "../engine/proxy.ts";
import { ask } from "../engine/ask.ts";
import { AftershockError, EnvironmentError } from "../errors.ts";
import { noEnvFile } from "../scenario/compose-model.ts";
import { stage } from "./inputs.ts";
import { patiently, patienceOf, type Patience } from "./patience.ts";
import {
  buildFile,
  exactly,
  exactName,
  inputsLabel,
  repositoryOf,
  type Order,
} from "./build-file.ts";
import { unapplied } from "./patch-words.ts";
import type { Recipe } from "./recipe.ts";
import { causeOf, ownFault } from "./words.ts";

/** An image on the engine. */
export interface Image {
  /** `sha256:...` */
  readonly id: string;
}

/** The image that was built from these inputs, if it is here; its friendly name is set anew. */
export async function present(
  engine: Engine,
  { name }: Pick<Recipe, "name">,
  inputs: string,
): Promise<Image | undefined> {
  const exact = exactName(name, inputs);
  const filters = { label: [`${inputsLabel}=${inputs}`] };
  // An image that somebody built from ours has its label, too, but not its name.
  const images = await ask("Looking for an image", () => engine.docker.listImages({ filters }));
  const found = images.find(({ RepoTags }) => (RepoTags ?? []).some((tag) => isNamed(tag, exact)));
  if (!found) return undefined;
  if (!(found.RepoTags ?? []).some((tag) => isNamed(tag, name))) await nameIt(engine, exact, name);
  return { id: found.Id };
}

/**
 * Builds one image from a staged copy of what it may see, and nothing else.
 * @throws EnvironmentError IMAGE_NOT_BUILT with the build's last words, the cause, a way out
 */
export async function build(
  engine: Engine,
  order: Order,
  signal?: AbortSignal,
  patience: Patience = patienceOf(),
): Promise<Image> {
  const { recipe, ids, inputs, exact } = order;
  await using folder = await scratch(join(cacheFolder(), "builds"), "context");
  const text = exactly(recipe.text, exact);
  if ((await stage(recipe, ids, folder.path, text)) !== inputs) throw changed(recipe.name);
  const words: string[] = [];
  const file = buildFile(order, folder.path, proxyArguments(engine.env));
  const work = async (stop: AbortSignal, alive: () => void) => {
    const building = compose(engine, file, folder.path, stop);
    for await (const line of building.iterable({ from: "all" })) {
      alive();
      words.push(line);
      if (words.length > 2_000) words.splice(0, 1_000);
    }
    return building;
  };
  const done = await patiently(`build of ${recipe.name}`, work, patience, signal).catch(
    (error: unknown) => {
      throw error instanceof AftershockError ? notBuilt(recipe.name, words, error) : error;
    },
  );
  signal?.throwIfAborted();
  if (done.failed) throw notBuilt(recipe.name, words);
  const built = await present(engine, recipe, inputs);
  if (!built) throw notBuilt(recipe.name, [...words, "The build ended well, and gave no image."]);
  return built;
}

/** There, no `.env` of the caller's is found. */
function compose(engine: Engine, file: object, cwd: string, stop: AbortSignal) {
  const [command = "docker", ...prefix] = engine.compose;
  const options = ["--project-name", "aftershock-build", "--progress", "plain", "--file", "-"];
  return execa(command, [...prefix, ...noEnvFile, ...options, "build"], {
    cwd,
    env: engine.env,
    extendEnv: false,
    input: JSON.stringify(file),
    all: true,
    buffer: false,
    reject: false,
    forceKillAfterDelay: 2_000,
    cancelSignal: stop,
  });
}

async function nameIt(engine: Engine, exact: string, name: string): Promise<void> {
  const repo = repositoryOf(name);
  const tag = name.slice(repo.length + 1) || "latest";
  await ask("Naming an image", () => engine.docker.getImage(exact).tag({ repo, tag }));
}

/** Podman says localhost/ or docker.io/ before names without a registry. */
function isNamed(tag: string, name: string): boolean {
  const full = name.slice(repositoryOf(name).length) ? name : `${name}:latest`;
  return tag === full || tag === `localhost/${full}` || tag === `docker.io/${full}`;
}

function notBuilt(
  name: string,
  words: readonly string[],
  error?: AftershockError,
): EnvironmentError {
  const patch = error ? undefined : unapplied(words);
  const last = (patch?.said ?? words.filter((line) => line.trim() !== "").slice(-25)).join("\n");
  const cause = (error ?? patch) ? undefined : causeOf(words.slice(-60).join("\n"));
  const why = error?.message ?? patch?.why ?? cause?.why;
  const said = last ? `\n${patch ? "What patch said" : "The build's last words"}:\n${last}` : "";
  return new EnvironmentError(
    "IMAGE_NOT_BUILT",
    `${name} could not be built${why ? `: ${why.replace(/\.$/, "")}` : ""}.${said}`,
    { hint: error?.hint ?? cause?.hint ?? ownFault, cause: error },
  );
}

function changed(name: string): EnvironmentError {
  return new EnvironmentError(
    "IMAGE_NOT_BUILT",
    `${name} could not be built: files that it is built from changed while they were read.`,
    { hint: "Save, and run it again." },
  );
}
