import { join } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../cache.ts";
import { scratch } from "../engine/scratch.ts";
import type { Engine } from "../engine/index.ts";
import { AftershockError, EnvironmentError } from "../errors.ts";
import { hostCaBundle } from "./ca.ts";
import { stage, type Ids } from "./inputs.ts";
import { patiently, patienceOf, type Patience } from "./patience.ts";
import { proxyArguments } from "../engine/proxy.ts";
import type { Recipe } from "./recipe.ts";
import { causeOf, ownFault } from "./words.ts";

/** An image on the engine. */
export interface Image {
  /** `sha256:...` */
  readonly id: string;
}

/** Carries the hash of all that the image was built from. */
export const inputsLabel = "aftershock.inputs";

/** An image that is to be built, and all that has been found out before. */
export interface Order {
  readonly recipe: Recipe;
  readonly ids: Ids;
  /** Names in the Dockerfile that stand for images of ours, and what these are called exactly. */
  readonly exact: ReadonlyMap<string, string>;
  readonly inputs: string;
  /** Secrets of the compose file that `build.secrets` names. */
  readonly secrets?: Readonly<Record<string, unknown>>;
}

/** The name that holds the hash: no other build ever has it. */
export function exactName(name: string, inputs: string): string {
  return `${repositoryOf(name)}:${inputs.slice(0, 12)}`;
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
  const images = await engine.docker.listImages({ filters });
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
  const file = composeFile(engine, order, folder.path);
  const work = async (stop: AbortSignal, alive: () => void) => {
    const building = compose(engine, file, stop);
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

function compose(engine: Engine, file: object, stop: AbortSignal) {
  const [command = "docker", ...prefix] = engine.compose;
  const options = ["--project-name", "aftershock-build", "--progress", "plain", "--file", "-"];
  return execa(command, [...prefix, ...options, "build"], {
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

function composeFile(engine: Engine, order: Order, folder: string): object {
  const { recipe, inputs, secrets = {} } = order;
  const { build } = recipe;
  const at = (index: number) => join(folder, `${index}`);
  const staged = recipe.contexts.flatMap(({ name }, i) => (name ? [[name, at(i)]] : []));
  const named = { ...build.additional_contexts, ...Object.fromEntries(staged) };
  const main = recipe.contexts.findIndex(({ name }) => name === "");
  const given = build.secrets ?? [];
  const { dockerfile_inline: inline, additional_contexts: _contexts, ...rest } = build;
  const service = {
    image: exactName(recipe.name, inputs),
    build: {
      ...rest,
      ...(main < 0
        ? { ...(inline !== undefined && { dockerfile_inline: inline }) }
        : { context: at(main), dockerfile: join(folder, "Dockerfile") }),
      network: build.network ?? "host",
      secrets: [...given.filter((each) => !isHostCa(each)), "host_ca"],
      labels: { ...build.labels, [inputsLabel]: inputs },
      args: { ...proxyArguments(engine.env), ...build.args },
      ...(Object.keys(named).length > 0 && { additional_contexts: named }),
    },
  };
  const file = { services: { image: service }, secrets: { ...secrets, host_ca: hostCa() } };
  return literally(file) as object;
}

const isHostCa = (secret: unknown): boolean =>
  secret === "host_ca" || (secret as { source?: string } | null)?.source === "host_ca";

const hostCa = () => ({ file: hostCaBundle() });

/** Compose fills in variables in what it reads; ours are values already. */
function literally(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(literally);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, literally(each)]));
}

/** Names of ours may be given to another image in the meantime; exact ones never are. */
function exactly(text: string, exact: ReadonlyMap<string, string>): string {
  let out = text;
  for (const [name, to] of exact) {
    const alone = new RegExp(`(?<![\\w./:@-])${RegExp.escape(name)}(?![\\w./:@-])`, "g");
    out = out.replace(alone, to);
  }
  return out;
}

async function nameIt(engine: Engine, exact: string, name: string): Promise<void> {
  const repo = repositoryOf(name);
  const tag = name.slice(repo.length + 1) || "latest";
  await engine.docker.getImage(exact).tag({ repo, tag });
}

/** Without the tag; a colon before the last slash is a port's. */
function repositoryOf(name: string): string {
  return name.replace(/:[^/:]*$/, "");
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
  const last = words
    .filter((line) => line.trim() !== "")
    .slice(-25)
    .join("\n");
  const cause = error ? undefined : causeOf(words.slice(-60).join("\n"));
  const why = error?.message ?? cause?.why;
  const said = last ? ` The build's last words:\n${last}` : "";
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
