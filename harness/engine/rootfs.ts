import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { EnvironmentError } from "../errors.ts";
import type { Progress } from "../progress.ts";
import { findBootstrap, type Bootstrap } from "./bootstrap.ts";
import { hostCaBundle } from "./ca.ts";
import { layout } from "./embedded/layout.ts";
import { exclusively } from "./embedded/locks.ts";
import { proxyArguments } from "./proxy.ts";
import type { Engine } from "./types.ts";

const suites = ["bullseye", "bookworm"] as const;
type Suite = (typeof suites)[number];

const folder = join(import.meta.dirname, "../../images/base");
const inputsLabel = "aftershock.inputs";
/** A registry that is there answers within this; a network without one must not cost more. */
const REGISTRY_ANSWERS_WITHIN_MS = 8_000;

/**
 * Makes the images aftershock/base:bullseye and :bookworm exist on the engine, from a bare Debian
 * that is pulled where there is a registry, else made from this machine's own Debian mirror.
 * What is there and up to date is left alone: one call to the engine.
 */
export async function ensureBases(
  engine: Engine,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const inputs = await inputsHash();
  if ((await missing(engine, inputs)).length === 0) return;
  const make = (): Promise<void> => makeMissing(engine, inputs, progress, signal);
  // Two first runs at once: the second looks again when the first has made them.
  if (engine.facts.kind === "system") await make();
  else await exclusively(layout(engine.env).basesLock, make, signal);
}

async function makeMissing(
  engine: Engine,
  inputs: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const stale = await missing(engine, inputs);
  if (stale.length === 0) return;
  const names = stale.map(({ suite }) => suite);
  const bare = stale.filter(({ rootfs }) => !rootfs).map(({ suite }) => suite);
  if (bare.length > 0) {
    const options = { progress, env: engine.env, ...(signal ? { signal } : {}) };
    await progress.step(`get Debian ${bare.join(" and ")}, which all images stand on`, () =>
      bareDebians(engine, bare, options),
    );
  }
  await progress.step(`build the base images ${names.join(" and ")}`, () =>
    build(engine, names, inputs, signal),
  );
}

/** All that decides what the base images hold. */
async function inputsHash(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["Dockerfile", "apt-add", "pip-add"]) {
    hash.update(`${name}\0`).update(await readFile(join(folder, name)));
  }
  return hash.digest("hex");
}

/** The bases that are absent or made from other inputs, and whether their Debian is here; one call. */
async function missing(
  engine: Engine,
  inputs: string,
): Promise<{ suite: Suite; rootfs: boolean }[]> {
  const filters = { reference: ["aftershock/base", "aftershock/rootfs"] };
  const images = await engine.docker.listImages({ filters });
  const labels = new Map(
    images.flatMap(({ RepoTags, Labels }) => (RepoTags ?? []).map((tag) => [tag, Labels ?? {}])),
  );
  return suites
    .filter((suite) => labels.get(`aftershock/base:${suite}`)?.[inputsLabel] !== inputs)
    .map((suite) => ({ suite, rootfs: labels.has(`aftershock/rootfs:${suite}`) }));
}

type Options = Parameters<typeof findBootstrap>[0];

/** Where packages are sure and a registry is not, packages first; else the other way round. */
async function bareDebians(
  engine: Engine,
  wanted: readonly Suite[],
  options: Options,
): Promise<void> {
  const packagesFirst =
    engine.facts.kind === "embedded" || Boolean(options.env?.["AFTERSHOCK_DEBIAN_MIRROR"]);
  const bootstrap = packagesFirst ? await findBootstrap(options) : undefined;
  if (bootstrap) return bootstrapAll(engine, wanted, bootstrap);
  await using _uplink = await engine.uplink();
  const pulled = await Promise.allSettled(wanted.map((suite) => pull(engine, suite)));
  options.signal?.throwIfAborted();
  const left = wanted.filter((_, i) => pulled[i]?.status === "rejected");
  if (left.length === 0) return;
  const [cause] = pulled.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const second = packagesFirst ? undefined : await findBootstrap(options);
  if (!second) throw noBase(left, cause);
  options.progress.note(`no registry answers; making Debian from ${second.mirror}`);
  await bootstrapAll(engine, left, second);
}

async function bootstrapAll(
  engine: Engine,
  wanted: readonly Suite[],
  bootstrap: Bootstrap,
): Promise<void> {
  const made = await Promise.allSettled(
    wanted.map(async (suite) => {
      const tag = `${suite}-unproven-${process.pid}`;
      const image = engine.docker.getImage(`aftershock/rootfs:${tag}`);
      try {
        await bootstrap.run(suite, (tar) => importImage(engine, tag, tar));
        // Only now is it known that the stream was all of it.
        await image.tag({ repo: "aftershock/rootfs", tag: suite });
      } finally {
        await image.remove().catch(() => undefined); // there may be none
      }
    }),
  );
  for (const result of made) if (result.status === "rejected") throw result.reason;
}

async function importImage(engine: Engine, tag: string, tar: Readable): Promise<void> {
  const options = { repo: "aftershock/rootfs", tag };
  await finished(engine, await engine.docker.importImage(tar, options));
}

async function pull(engine: Engine, suite: Suite): Promise<void> {
  const image = `debian:${suite}-slim`;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), REGISTRY_ANSWERS_WITHIN_MS);
  try {
    const answer = await engine.docker.pull(image, { abortSignal: silence.signal });
    answer.once("data", () => clearTimeout(timer));
    await finished(engine, answer);
  } finally {
    clearTimeout(timer);
  }
  await engine.docker.getImage(image).tag({ repo: "aftershock/rootfs", tag: suite });
}

/** Waits for the end of a stream of progress; an error told in it is raised. */
function finished(engine: Engine, answer: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.docker.modem.followProgress(answer, (error) => (error ? reject(error) : resolve()));
  });
}

async function build(
  engine: Engine,
  wanted: readonly Suite[],
  inputs: string,
  signal?: AbortSignal,
): Promise<void> {
  const service = (suite: Suite): object => ({
    image: `aftershock/base:${suite}`,
    build: {
      context: folder,
      target: suite,
      network: "host",
      secrets: ["host_ca"],
      labels: { [inputsLabel]: inputs },
      args: proxyArguments(engine.env),
    },
  });
  const file = {
    services: Object.fromEntries(wanted.map((suite) => [suite, service(suite)])),
    secrets: { host_ca: { file: hostCaBundle(engine.env) } },
  };
  await using _uplink = await engine.uplink();
  const [command = "", ...prefix] = engine.compose;
  const args = ["--project-name", "aftershock-base", "--progress", "plain", "--file", "-", "build"];
  const done = await execa(command, [...prefix, ...args], {
    env: engine.env,
    extendEnv: false,
    input: JSON.stringify(file),
    all: true,
    reject: false,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  signal?.throwIfAborted();
  if (!done.failed) return;
  const words = (done.all ?? "").trim().split("\n").slice(-15).join("\n");
  throw new EnvironmentError("BASE_NOT_BUILT", `The base images could not be built:\n${words}`, {
    hint: "The build fetches Debian packages: does the machine reach its mirror?",
  });
}

function noBase(left: readonly Suite[], cause: unknown): EnvironmentError {
  const names = left.map((suite) => `debian:${suite}-slim`).join(" and ");
  return new EnvironmentError(
    "BASE_UNAVAILABLE",
    `${names} cannot be pulled, and this machine has no Debian mirror to make them from.`,
    {
      hint: "Bring them here: `docker save` where there is a registry, `docker load` here, then\n`docker tag debian:SUITE-slim aftershock/rootfs:SUITE`. Or, on Debian or Ubuntu, name an\narchive of Debian packages: export AFTERSHOCK_DEBIAN_MIRROR=http://HOST/debian",
      cause,
    },
  );
}
