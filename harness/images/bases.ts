import { join } from "node:path";
import type { Readable } from "node:stream";
import { layout } from "../engine/embedded/layout.ts";
import { exclusively } from "../engine/embedded/locks.ts";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import { packageRoot } from "../package.ts";
import type { Progress } from "../progress.ts";
import { findBootstrap, type Bootstrap } from "./bootstrap.ts";
import { build, present, type Image } from "./build.ts";
import { exactName, type Order } from "./build-file.ts";
import { inputsOf } from "./inputs.ts";
import { telling, patienceOf, type Patience } from "./patience.ts";
import { finished, inspect, pulled } from "./pull.ts";
import { readRecipe } from "./recipe.ts";

/** debian:SUITE-slim by digest: what is pulled is the same everywhere, for every processor. */
const debians = {
  bullseye: "debian@sha256:f313b4bd62667092a59b3a664d7d3ab8b5e65f41675f48e81455a15dc5abe792",
  bookworm: "debian@sha256:96e378d7e6531ac9a15ad505478fcc2e69f371b10f5cdf87857c4b8188404716",
} as const;
export type Suite = keyof typeof debians;
const suites = Object.keys(debians) as Suite[];

const folder = join(packageRoot, "images/base");
/** A registry that is there answers within this; where packages will do, no longer is waited. */
const firstTry = (): Patience => ({ ...patienceOf(), silentMs: 15_000 });

/** A base image as it is here. */
export interface Base extends Image {
  /** What it is called exactly, whatever `aftershock/base:SUITE` is at the moment. */
  readonly exact: string;
}

/** The suite that a name after FROM stands for: "aftershock/base:bullseye". */
export function suiteOf(image: string): Suite | undefined {
  return suites.find((suite) => image === nameOf(suite));
}

const nameOf = (suite: Suite) => `aftershock/base:${suite}`;

/** Makes both base images exist on the engine. */
export async function ensureBases(
  engine: Engine,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const made = suites.map((suite) => ensureBase(engine, suite, progress, signal));
  // None goes on behind the caller's back when another has failed.
  for (const result of await Promise.allSettled(made))
    if (result.status === "rejected") throw result.reason;
}

/**
 * Makes one base image exist, from a bare Debian that is pulled where there is a registry, else
 * made from this machine's own Debian mirror. What is there and up to date is left alone.
 * @throws EnvironmentError BASE_UNAVAILABLE, SUITE_NOT_ON_MIRROR, BASE_NOT_BUILT, IMAGE_NOT_BUILT
 */
export async function ensureBase(
  engine: Engine,
  suite: Suite,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Base> {
  const order = await orderOf(suite);
  const there = await presentBase(engine, order);
  if (there) return there;
  const make = () => makeBase(engine, order, progress, signal);
  if (engine.facts.kind === "system") return make();
  // Two first runs at once: the second looks again when the first has made it.
  return exclusively(`${layout().basesLock}.${suite}`, make, signal);
}

/** Suites whose base image is not there, or not up to date. */
export async function missingBases(engine: Engine): Promise<readonly Suite[]> {
  const there = await Promise.all(
    suites.map(async (suite) => presentBase(engine, await orderOf(suite))),
  );
  return suites.filter((_, i) => there[i] === undefined);
}

/** What the engine would pull for a base, to see whether its registry is in reach. */
export const bareImage: string = debians.bookworm;

interface BaseOrder extends Order {
  readonly suite: Suite;
}

async function orderOf(suite: Suite): Promise<BaseOrder> {
  const recipe = await readRecipe(nameOf(suite), { context: folder, target: suite }, folder);
  // The bare Debian is made once and may have gone since: it is no part of the inputs.
  const ids = new Map<string, string>();
  return { suite, recipe, ids, exact: new Map(), inputs: await inputsOf(recipe, ids) };
}

async function presentBase(engine: Engine, order: BaseOrder): Promise<Base | undefined> {
  const { recipe, inputs } = order;
  const image = await present(engine, recipe, inputs);
  return image && { ...image, exact: exactName(recipe.name, inputs) };
}

async function makeBase(
  engine: Engine,
  order: BaseOrder,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Base> {
  const { suite } = order;
  const there = await presentBase(engine, order);
  if (there) return there;
  if (!(await inspect(engine, `aftershock/rootfs:${suite}`))) {
    const what = `get Debian ${suite}, which images stand on`;
    const get = async () => {
      using _telling = telling(progress, () => `still trying to ${what}`);
      await bareDebian(engine, suite, { progress, ...(signal ? { signal } : {}) });
    };
    await progress.step(what, get, "getting the Debian that images stand on");
  }
  const make = async () => {
    using _telling = telling(progress, () => `still building the base image ${suite}`);
    await using _uplink = await engine.uplink();
    return await build(engine, order, signal); // the way out stays open until it is built
  };
  const what = `build the base image ${suite}`;
  const { id } = await progress.step(what, make, "building the image that others stand on");
  return { id, exact: exactName(order.recipe.name, order.inputs) };
}

type Options = Parameters<typeof findBootstrap>[0];

/** Where packages are sure and a registry is not, packages first; else the other way round. */
async function bareDebian(engine: Engine, suite: Suite, options: Options): Promise<void> {
  const { progress, signal, env = process.env } = options;
  const packagesFirst =
    engine.facts.kind === "embedded" || Boolean(env["AFTERSHOCK_DEBIAN_MIRROR"]);
  const first = packagesFirst ? await findBootstrap(options) : undefined;
  if (first) return bootstrap(engine, suite, first);
  const cause = await pullBare(engine, suite, packagesFirst ? patienceOf() : firstTry(), signal);
  if (!cause) return;
  const second = packagesFirst ? undefined : await findBootstrap(options);
  if (second) {
    progress.note(`no registry gives Debian ${suite}; making it from ${second.mirror}`);
    return bootstrap(engine, suite, second);
  }
  // Nothing else will do, so a slow registry is waited for.
  const slow = !packagesFirst && cause.cause instanceof EnvironmentError;
  const final = slow ? await pullBare(engine, suite, patienceOf(), signal) : cause;
  if (final) throw noBase(suite, final);
}

/** Pulls and names it; gives the reason where it can't be had. */
async function pullBare(
  engine: Engine,
  suite: Suite,
  patience: Patience,
  signal?: AbortSignal,
): Promise<EnvironmentError | undefined> {
  try {
    await pulled(engine, debians[suite], signal, patience); // somebody may have brought it
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  const image = engine.docker.getImage(debians[suite]);
  await image.tag({ repo: "aftershock/rootfs", tag: suite });
  return undefined;
}

async function bootstrap(engine: Engine, suite: Suite, { run }: Bootstrap): Promise<void> {
  const tag = `${suite}-unproven-${process.pid}`;
  const image = engine.docker.getImage(`aftershock/rootfs:${tag}`);
  try {
    await run(suite, (tar) => importImage(engine, tag, tar));
    // Only now is it known that the stream was all of it.
    await image.tag({ repo: "aftershock/rootfs", tag: suite });
  } finally {
    await image.remove().catch(() => undefined); // there may be none
  }
}

async function importImage(engine: Engine, tag: string, tar: Readable): Promise<void> {
  const options = { repo: "aftershock/rootfs", tag };
  await finished(await engine.docker.importImage(tar, options));
}

function noBase(suite: Suite, cause: EnvironmentError): EnvironmentError {
  const bring = `Or bring it here: \`docker save\` where there is a registry, \`docker load\` here, then\n\`docker tag debian:${suite}-slim aftershock/rootfs:${suite}\`. Or, on Debian or Ubuntu, name an\narchive of Debian packages: export AFTERSHOCK_DEBIAN_MIRROR=http://HOST/debian`;
  return new EnvironmentError(
    "BASE_UNAVAILABLE",
    `Debian ${suite} cannot be pulled, and this machine has no Debian mirror to make it from.\n${cause.message}`,
    { hint: [cause.hint, bring].filter(Boolean).join("\n"), cause },
  );
}
