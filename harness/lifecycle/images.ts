import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { execa } from "execa";
import type { Engine } from "../engine/index.ts";
import { hostCaBundle } from "../engine/ca.ts";
import { proxyArguments } from "../engine/proxy.ts";
import { EnvironmentError } from "../errors.ts";
import type { Progress } from "../progress.ts";
import type { ComposeBuild, ComposeModel } from "../scenario/compose-model.ts";

interface Build {
  readonly image: string;
  readonly how: ComposeBuild;
}

const inputsLabel = "aftershock.inputs";
/** Files of a scenario folder that no image holds: editing them builds nothing anew. */
const outside = /^(README\.md|compose\.yml|[^/]+\.ts|drill\/.*|\.dockerignore)$/;

/**
 * Builds the images that the arms need and the engine does not have yet. An image carries the
 * hash of what it was built from; one that still matches is left alone.
 * @throws EnvironmentError IMAGE_NOT_BUILT with the build's last words
 */
export async function ensureImages(
  engine: Engine,
  models: readonly ComposeModel[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const builds = buildsOf(models);
  const present = await presentImages(engine);
  const bases = [...present].filter(([tag]) => tag.startsWith("aftershock/base:")).sort();
  const hashes = new Map<string, Promise<string>>();
  const missing: (Build & { hash: string })[] = [];
  for (const build of builds) {
    const { context, ...how } = build.how;
    if (!hashes.has(context)) hashes.set(context, hashFolder(context));
    const hash = sha256(JSON.stringify([await hashes.get(context), how, bases]));
    if (present.get(build.image) !== hash) missing.push({ ...build, hash });
  }
  if (missing.length === 0) return;
  await progress.step(
    `building ${missing.length} scenario images (${builds.length - missing.length} are there)`,
    async () => {
      await using _uplink = await engine.uplink();
      await buildAll(engine, missing, progress, signal);
    },
  );
}

/** Every image that some service of some arm builds, once each. */
function buildsOf(models: readonly ComposeModel[]): readonly Build[] {
  const builds = new Map<string, Build>();
  for (const { image, build } of models.flatMap(({ services }) => Object.values(services)))
    if (image && build) builds.set(image, { image, how: build });
  return [...builds.values()];
}

/** Tag to hash of inputs, of all our images on the engine; one call. */
async function presentImages(engine: Engine): Promise<Map<string, string>> {
  const images = await engine.docker.listImages({ filters: { label: [inputsLabel] } });
  return new Map(
    images.flatMap(({ RepoTags, Labels }) =>
      (RepoTags ?? []).map((tag): [string, string] => [tag, Labels?.[inputsLabel] ?? ""]),
    ),
  );
}

/** One compose file for all builds, so that common stages are built once and the rest at once. */
async function buildAll(
  engine: Engine,
  builds: readonly (Build & { hash: string })[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const [command = "docker", ...prefix] = engine.compose;
  const options = ["--project-name", "aftershock-build", "--progress", "plain", "--file", "-"];
  const building = execa(command, [...prefix, ...options, "build"], {
    env: { ...engine.env },
    extendEnv: false,
    input: JSON.stringify(composeFileOf(builds, engine.env)),
    all: true,
    reject: false,
    forceKillAfterDelay: 2_000,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  for await (const line of building.iterable({ from: "all" })) {
    const image = /naming to \S*(aftershock\/\S+).*done/.exec(line)?.[1];
    if (image) progress.note(`built ${image}`);
  }
  const result = await building;
  if (result.isCanceled) signal?.throwIfAborted();
  if (result.failed)
    throw new EnvironmentError(
      "IMAGE_NOT_BUILT",
      `An image could not be built. The build's last words:\n${lastLines(result.all, 25)}`,
      {
        hint: "Are the package registries in reach? `aftershock doctor` looks; then run it again: what was built is kept.",
      },
    );
}

function composeFileOf(builds: readonly (Build & { hash: string })[], env: Engine["env"]) {
  const services = builds.map(({ image, how, hash }, i) => [
    `build-${i}`,
    {
      image,
      build: {
        ...how,
        network: "host",
        secrets: ["host_ca"],
        labels: { [inputsLabel]: hash },
        args: { ...proxyArguments(env), ...how.args },
      },
    },
  ]);
  return {
    services: Object.fromEntries(services),
    secrets: { host_ca: { file: hostCaBundle(env) } },
  };
}

/** A hash over the paths, modes' executable bits aside, and contents of a build context. */
async function hashFolder(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !outside.test(path))
    .sort();
  const hash = createHash("sha256");
  for (const path of files) {
    hash
      .update(`${path}\0`)
      .update(await readFile(join(folder, path)))
      .update("\0");
  }
  return hash.digest("hex");
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const lastLines = (text: string, count: number) => text.trim().split("\n").slice(-count).join("\n");
